import ATProtoData
import XRPC

/// A parsed HTTP/1.1 response.
struct RawResponse: Sendable {
  let status: Int
  /// Names in lowercase.
  let fields: [String: String]
  let body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var error: ErrorObject? { try? ErrorObject(json: body) }
}
