public import ATProtoSyntax
import XRPCClient

// Label specification, "Labeler HTTP Headers", within RFC 8941, 3.1 and 3.1.2:
//
//   list       = [ item *( OWS "," OWS item ) ]
//   item       = did *( ";" *SP "redact" )           ; a DID is a token of RFC 8941
//   OWS        = *( SP / HTAB )
//
// A parameter has no value: "the presence of the parameter indicates it is 'true'", and the
// "full RFC syntax (just as `param=?0` for false) is not currently supported".

extension AcceptedLabelers {
  static let maximumHeaderLength = 8192
  static let maximumCount = 100

  /// Reads the value of a header. An empty value is valid and means no labelers.
  ///
  /// - Throws: ``LabelerHeaderError`` for anything but DIDs with the flag `redact`, for more than 8
  ///   KiB, and for more than 100 entries.
  public init(header: String) throws(LabelerHeaderError) {
    guard header.utf8.count <= Self.maximumHeaderLength else {
      throw LabelerHeaderError(.tooLong, "more than \(Self.maximumHeaderLength) bytes")
    }
    let text = Self.trimmed(header[...], of: " ")
    if text.isEmpty {
      self.init()
      return
    }
    let items = text.split(separator: ",", omittingEmptySubsequences: false)
    guard items.count <= Self.maximumCount else {
      throw LabelerHeaderError(.tooMany, "more than \(Self.maximumCount) labelers")
    }
    var labelers: [AcceptedLabeler] = []
    for item in items {
      labelers.append(try Self.labeler(Self.trimmed(item, of: " \t")))
    }
    self.init(labelers)
  }

  private static func labeler(_ item: Substring) throws(LabelerHeaderError) -> AcceptedLabeler {
    let parts = item.split(separator: ";", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else {
      throw LabelerHeaderError(.syntax, "a labeler is missing between two commas, or at an end")
    }
    guard let did = try? DID(String(name)) else {
      throw LabelerHeaderError(.did, "'\(name.prefix(100))' is not a valid DID")
    }
    for parameter in parts.dropFirst() where parameter.drop(while: { $0 == " " }) != "redact" {
      throw LabelerHeaderError(
        .parameter,
        "'\(parameter.prefix(100))' is not a valid parameter of \(did); the only one is 'redact'"
      )
    }
    return AcceptedLabeler(did, redacts: parts.count > 1)
  }

  private static func trimmed(_ text: Substring, of characters: String) -> Substring {
    var text = text.drop { characters.contains($0) }
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return text
  }
}

/// Why a header that names labelers is malformed.
public struct LabelerHeaderError: CodedError {
  /// The kinds of errors.
  public enum Code: Hashable, Sendable {
    /// The value is not a list.
    case syntax
    /// An entry is not a DID.
    case did
    /// A parameter other than the flag `redact`.
    case parameter
    /// The value is too long.
    case tooLong
    /// There are too many entries.
    case tooMany
  }

  /// The kind of error.
  public var code: Code
  /// A description for people, without the name of the header.
  public var reason: String

  /// Creates an error.
  public init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The error as a sentence.
  public var description: String { "atproto-accept-labelers is not valid: \(reason)" }
}
