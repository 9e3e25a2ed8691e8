import ATProtoHTTP
import ATProtoSyntax

/// `htu`: the URL without query and fragment, compared after "syntax-based normalization
/// (Section 6.2.2 of [RFC3986]) and scheme-based normalization (Section 6.2.3)" (RFC 9449, 4.3).
struct ProofTarget: Equatable {
  private let origin: String
  private let path: [UInt8]

  /// Returns nil if the text is not an `http` or `https` URL.
  init?(_ text: String) {
    guard let url = HTTPURL(text) else { return nil }
    origin = url.origin
    path = Self.normalized(url.target.utf8.prefix { $0 != UInt8(ascii: "?") })
  }

  private static func normalized(_ path: Substring.UTF8View) -> [UInt8] {
    // Most paths are plain.
    guard path.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: ".") }) else {
      return [UInt8](path)
    }
    var bytes: [UInt8] = []
    var rest = path.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = [rest.next(), rest.next()].compactMap { $0 }
      if digits.count == 2, let high = digits[0].hexValue, let low = digits[1].hexValue {
        let value = high << 4 | low
        // An unreserved character becomes itself; the digits of others are written in uppercase.
        if value < 0x80 {
          PercentEncoding.append(String(UnicodeScalar(value)), to: &bytes)
        } else {
          bytes += "%\(String(value, radix: 16, uppercase: true))".utf8
        }
      } else {
        bytes += [byte] + digits
      }
    }
    return removingDotSegments(bytes)
  }

  /// RFC 3986, 5.2.4.
  private static func removingDotSegments(_ path: [UInt8]) -> [UInt8] {
    var result: [ArraySlice<UInt8>] = []
    let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      if segment.elementsEqual("..".utf8) {
        if result.count > 1 { result.removeLast() }
        if isLast { result.append([]) }
      } else if segment.elementsEqual(".".utf8) {
        if isLast { result.append([]) }
      } else {
        result.append(segment)
      }
    }
    return [UInt8](result.joined(separator: [UInt8(ascii: "/")]))
  }
}
