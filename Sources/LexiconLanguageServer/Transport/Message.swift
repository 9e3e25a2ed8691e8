import ATProtoData

// JSON-RPC 2.0, "Request object" and "Response object".

/// A message from the client.
enum Message {
  /// A request, which must be answered.
  case request(id: MessageID, method: String, params: JSONValue?)
  case notification(method: String, params: JSONValue?)
  /// An answer to a request of the server.
  case response
  case malformed(MessageID, MessageFailure)

  init(_ content: [UInt8]) {
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: content, limits: Self.limits)
    } catch {
      self = .malformed(.null, MessageFailure(.parseError, "cannot read JSON: \(error)"))
      return
    }
    guard case .object = value else {
      self = .malformed(.null, MessageFailure(.invalidRequest, "the message is not an object"))
      return
    }
    let id = value["id"].map { MessageID($0) }
    guard let method = value["method"] else {
      if value["result"] != nil || value["error"] != nil {
        self = .response
      } else {
        self = .malformed(
          (id ?? nil) ?? .null,
          MessageFailure(.invalidRequest, "the message has no method")
        )
      }
      return
    }
    guard let method = method.string else {
      self = .malformed(
        (id ?? nil) ?? .null,
        MessageFailure(.invalidRequest, "the method is not a string")
      )
      return
    }
    switch id {
    case nil: self = .notification(method: method, params: value["params"])
    case .some(nil):
      self = .malformed(
        .null,
        MessageFailure(.invalidRequest, "the id is not a string or an integer")
      )
    case .some(let id?): self = .request(id: id, method: method, params: value["params"])
    }
  }

  private static let limits = DataLimits(
    inputSize: FrameReader.contentLimit,
    elements: 1 << 20,
    stringLength: FrameReader.contentLimit
  )
}

/// The id of a request.
enum MessageID: Hashable {
  case integer(Int)
  case string(String)
  case null

  init?(_ value: JSONValue) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .string(let text): self = .string(text)
    case .null: self = .null
    default: return nil
    }
  }

  var json: DataValue {
    switch self {
    case .integer(let number): .integer(number)
    case .string(let text): .string(text)
    case .null: .null
    }
  }
}

/// Why a request has no result.
struct MessageFailure: Error {
  enum Code: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case serverNotInitialized = -32002
    case requestFailed = -32803
  }

  var code: Code
  var message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// The messages that the server sends.
enum Reply {
  static func result(_ value: DataValue, to id: MessageID) -> [UInt8] {
    bytes(["jsonrpc": "2.0", "id": id.json, "result": value])
  }

  static func failure(_ failure: MessageFailure, to id: MessageID) -> [UInt8] {
    bytes([
      "jsonrpc": "2.0", "id": id.json,
      "error": ["code": .integer(failure.code.rawValue), "message": .string(failure.message)],
    ])
  }

  static func notification(_ method: String, _ params: DataValue) -> [UInt8] {
    bytes(["jsonrpc": "2.0", "method": .string(method), "params": params])
  }

  static func request(_ id: String, _ method: String, _ params: DataValue) -> [UInt8] {
    bytes(["jsonrpc": "2.0", "id": .string(id), "method": .string(method), "params": params])
  }

  private static func bytes(_ value: DataValue) -> [UInt8] { Array(value.jsonString().utf8) }
}
