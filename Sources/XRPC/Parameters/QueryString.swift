/// The text form of query parameters.
///
///     query = pair *( "&" pair )     pair = name [ "=" value ]
///
/// As in application/x-www-form-urlencoded (URL standard, 5.1), `+` stands for a space, and other
/// bytes outside the unreserved set are percent-encoded. Unlike there, a `%` that is not followed by
/// two hexadecimal digits and bytes that are not UTF-8 are errors.
package enum QueryString {
  static func pairs(
    _ query: String,
    maximumCount: Int
  ) throws(ParameterError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    var rest = query.utf8[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
      let pair = rest[..<end]
      rest = end == rest.endIndex ? rest[end...] : rest[rest.index(after: end)...]
      guard !pair.isEmpty else { continue }
      guard pairs.count < maximumCount else {
        throw ParameterError(
          code: .tooMany,
          parameter: "",
          reason: "more than \(maximumCount) query parameters"
        )
      }
      guard let separator = pair.firstIndex(of: UInt8(ascii: "=")) else {
        pairs.append((try decode(pair, of: ""), ""))
        continue
      }
      let name = try decode(pair[..<separator], of: "")
      pairs.append((name, try decode(pair[pair.index(after: separator)...], of: name)))
    }
    return pairs
  }

  private static func decode(
    _ text: String.UTF8View.SubSequence,
    of parameter: String
  ) throws(ParameterError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      text.formIndex(after: &position)
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = digit(text, &position), let low = digit(text, &position) else {
          throw ParameterError(
            code: .encoding,
            parameter: parameter,
            reason: "a % must be followed by two hexadecimal digits"
          )
        }
        bytes.append(high << 4 | low)
      default:
        bytes.append(byte)
      }
    }
    guard let string = String(validating: bytes, as: UTF8.self) else {
      throw ParameterError(
        code: .encoding,
        parameter: parameter,
        reason: "the decoded bytes are not UTF-8"
      )
    }
    return string
  }

  private static func digit(
    _ text: String.UTF8View.SubSequence,
    _ position: inout String.UTF8View.Index
  ) -> UInt8? {
    guard position < text.endIndex else { return nil }
    let byte = text[position]
    text.formIndex(after: &position)
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): return byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): return byte - UInt8(ascii: "A") + 10
    default: return nil
    }
  }

  /// Appends text with everything but the unreserved characters of RFC 3986, 2.3 percent-encoded.
  static func encode(_ text: String, into bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes.append(hexadecimal(byte >> 4))
        bytes.append(hexadecimal(byte & 15))
      }
    }
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
  }

  /// Quotes a peer's text for an error message, cut after 60 characters.
  package static func excerpt(_ text: String) -> String {
    let head = text.prefix(60)
    return head.endIndex == text.endIndex ? "\"\(text)\"" : "\"\(head)…\""
  }
}
