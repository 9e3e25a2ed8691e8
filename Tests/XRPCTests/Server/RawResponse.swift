import ATProtoData
import XRPC

/// A response of HTTP/1.1 as its text says it.
struct RawResponse: Sendable {
  let status: Int
  /// Names in lower case.
  let fields: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var error: ErrorObject? { try? ErrorObject(json: body) }
}
