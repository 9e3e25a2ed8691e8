import ATProtoSyntax

/// The text form of query parameters.
///
///     query = pair *( "&" pair )     pair = name [ "=" value ]
///
/// As in application/x-www-form-urlencoded (URL standard, 5.1), `+` stands for a space, and other
/// bytes outside the unreserved set are percent-encoded. Unlike that format, a `%` without two
/// hexadecimal digits after it is an error, and so are bytes that are not UTF-8.
package enum QueryString {
  package static func pairs(
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
    guard let bytes = PercentEncoding.decodeForm(text) else {
      throw ParameterError(
        code: .encoding,
        parameter: parameter,
        reason: "'%' must be followed by two hexadecimal digits"
      )
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

  /// Quotes a peer's text for an error message, cut after 60 characters.
  package static func excerpt(_ text: String) -> String {
    let head = text.prefix(60)
    return head.endIndex == text.endIndex ? "\"\(text)\"" : "\"\(head)…\""
  }
}
