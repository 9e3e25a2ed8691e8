import ATProtoData
import XRPCServer

/// A message from a subscriber of `/subscribe`. An update replaces all options:
///
///     { "type": "options_update",
///       "payload": { "wantedCollections"?, "wantedDids"?, "maxMessageSizeBytes"? } }
///
/// Messages of other types are ignored, whatever they contain.
enum JetstreamMessage {
  case update(JetstreamFilter)
  case other

  private static let limits = DataLimits(
    inputSize: 10_000_000,
    elements: 1_000_000,
    stringLength: 10_000_000,
    keyLength: 10_000_000
  )

  /// Throws a closing with code 1007 if the text does not have this form, or 1008 if an option is
  /// not valid.
  init(_ text: String) throws(WebSocketClosing) {
    let malformed = WebSocketClosing(code: 1007, reason: "the message is not valid")
    guard let value = try? JSONValue(json: Array(text.utf8), limits: Self.limits) else {
      throw malformed
    }
    switch value {
    case .object, .null: break
    default: throw malformed
    }
    switch value["type"] {
    case .string("options_update"): break
    case nil, .null, .string:
      self = .other
      return
    default: throw malformed
    }
    guard let payload = value["payload"], let options = JetstreamOptions(payload) else {
      throw WebSocketClosing(code: 1007, reason: "the payload is not valid")
    }
    do throws(XRPCServerError) {
      self = .update(try JetstreamFilter(options))
    } catch {
      throw WebSocketClosing(code: 1008, reason: error.message ?? error.name)
    }
  }
}

/// The payload of an update. Fields that are null or absent do not filter anything.
struct JetstreamOptions {
  var collections: [String]
  var dids: [String]
  var maximumBytes: Int

  /// Nil if a field has the wrong type.
  init?(_ value: JSONValue) {
    switch value {
    case .object, .null: break
    default: return nil
    }
    guard let collections = Self.strings(value["wantedCollections"]),
      let dids = Self.strings(value["wantedDids"])
    else { return nil }
    self.collections = collections
    self.dids = dids
    switch value["maxMessageSizeBytes"] {
    case nil, .null: maximumBytes = 0
    case .integer(let number): maximumBytes = number
    default: return nil
    }
  }

  private static func strings(_ value: JSONValue?) -> [String]? {
    switch value {
    case nil, .null: return []
    case .array(let elements):
      var strings: [String] = []
      for element in elements {
        switch element {
        case .string(let string): strings.append(string)
        // The empty string is rejected later as an option that is not valid.
        case .null: strings.append("")
        default: return nil
        }
      }
      return strings
    default: return nil
    }
  }
}

extension JetstreamFilter {
  /// - Throws: if a collection or a DID is not valid, or if there are too many.
  init(_ options: JetstreamOptions) throws(XRPCServerError) {
    try self.init(
      collections: options.collections,
      dids: options.dids,
      maximumBytes: options.maximumBytes
    )
  }
}
