import ATProtoSyntax

/// URLs of this server's pages, relative to the server.
enum PageURL {
  /// - Parameter query: names and values; those without a value are left out.
  static func make(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) -> String {
    var bytes = Array(path.utf8)
    var separator = UInt8(ascii: "?")
    for (name, value) in query {
      guard let value else { continue }
      bytes.append(separator)
      separator = UInt8(ascii: "&")
      PercentEncoding.append(name, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      PercentEncoding.append(value, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
