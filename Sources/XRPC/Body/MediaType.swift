/// Compares `Content-Type` values with the encodings that schemas declare.
///
///     media-type = type "/" subtype *( OWS ";" OWS parameter )    ; RFC 9110, 8.3.1
package enum MediaType {
  /// Whether `contentType` is `application/json`, regardless of parameters.
  package static func isJSON(_ contentType: String) -> Bool {
    // Nearly every peer sends exactly this.
    contentType == "application/json" || essence(contentType) == "application/json"
  }

  /// Whether `contentType` matches `pattern`, which is a MIME type, `image/*` or `*/*`
  /// (XRPC specification, "Lexicon HTTP Endpoints").
  package static func matches(_ contentType: String, pattern: String) -> Bool {
    if contentType == pattern { return true }
    let found = essence(contentType)
    let wanted = essence(pattern)
    guard isWellFormed(found) else { return false }
    if wanted == "*/*" || wanted == found { return true }
    guard wanted.hasSuffix("/*") else { return false }
    return found.utf8.starts(with: wanted.utf8.dropLast())
  }

  /// Returns type and subtype in lower case, without parameters and white space.
  package static func essence(_ contentType: String) -> String {
    let end = contentType.utf8.firstIndex(of: UInt8(ascii: ";")) ?? contentType.utf8.endIndex
    var bytes: [UInt8] = []
    for byte in contentType.utf8[..<end] where byte != UInt8(ascii: " ") && byte != 9 {
      bytes.append(byte >= 65 && byte <= 90 ? byte + 32 : byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isWellFormed(_ essence: String) -> Bool {
    let parts = essence.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }
}
