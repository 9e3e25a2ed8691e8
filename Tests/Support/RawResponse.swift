/// A parsed HTTP/1.1 response.
package struct RawResponse: Sendable {
  package let status: Int
  /// Names in lowercase.
  package let fields: [String: String]
  package let body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
}
