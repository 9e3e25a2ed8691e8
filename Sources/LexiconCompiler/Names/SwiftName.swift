/// The mapping from names in a schema to Swift identifiers.
///
/// Words are runs of letters and digits; everything else separates them. The first letter of every
/// word after the first becomes upper case, and the first letter of the identifier is upper case
/// for types and lower case for members. Two names can map to one identifier (`foo-bar` and
/// `fooBar`); ``NameScope`` distinguishes them, so the mapping as a whole is injective.
///
/// No identifier starts with an underscore and a letter, which is reserved for the local variables
/// of generated code, or ends in an underscore, which is reserved for ``NameScope``. A type starts
/// with an ASCII capital and a member never does, so the two cannot collide.
package enum SwiftName {
  /// `strongRef` -> `StrongRef`.
  package static func type(_ text: String) -> String {
    let name = identifier(text, startsUpperCase: true)
    guard let first = name.unicodeScalars.first, !("A"..."Z").contains(first) else { return name }
    return "T" + (first == "_" ? String(name.dropFirst()) : name)
  }

  /// `strong-ref` -> `strongRef`; a leading run of capitals is lowercased as one word: `URLPath` ->
  /// `urlPath`.
  package static func member(_ text: String) -> String {
    identifier(text, startsUpperCase: false)
  }

  private static func identifier(_ text: String, startsUpperCase: Bool) -> String {
    var result = String.UnicodeScalarView()
    var atWordStart = false
    for scalar in text.unicodeScalars {
      guard isWordScalar(scalar) else {
        atWordStart = !result.isEmpty
        continue
      }
      if result.isEmpty {
        // A digit cannot start an identifier; a combining mark cannot either.
        if !scalar.properties.isXIDStart { result.append("_") }
        result.append(scalar)
      } else if atWordStart, let upper = asciiUppercase(scalar) {
        result.append(upper)
      } else {
        result.append(scalar)
      }
      atWordStart = false
    }
    guard !result.isEmpty else { return symbols(text, startsUpperCase: startsUpperCase) }
    return String(startsUpperCase ? uppercasedFirst(result) : lowercasedFirst(result))
  }

  /// For a name without any letter or digit: its scalars in hexadecimal.
  private static func symbols(_ text: String, startsUpperCase: Bool) -> String {
    guard !text.isEmpty else { return startsUpperCase ? "Empty" : "empty" }
    let hex = text.unicodeScalars.map { String($0.value, radix: 16, uppercase: true) }
    return (startsUpperCase ? "U" : "u") + hex.joined(separator: "u")
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    // Letters beyond ASCII are kept if Swift's grammar allows them in identifiers.
    case _ where scalar.value >= 0xA8:
      scalar.properties.isXIDContinue && scalar.properties.isAlphabetic
        && scalar.properties.canonicalCombiningClass == .notReordered
        && !scalar.properties.isDefaultIgnorableCodePoint
    default: false
    }
  }

  private static func asciiUppercase(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    guard ("a"..."z").contains(scalar) else { return nil }
    return Unicode.Scalar(scalar.value - 0x20)
  }

  private static func uppercasedFirst(_ text: String.UnicodeScalarView) -> String.UnicodeScalarView
  {
    guard let first = text.first, let upper = asciiUppercase(first) else { return text }
    var result = String.UnicodeScalarView([upper])
    result.append(contentsOf: text.dropFirst())
    return result
  }

  private static func lowercasedFirst(_ text: String.UnicodeScalarView) -> String.UnicodeScalarView
  {
    let isUpper = { (scalar: Unicode.Scalar) in ("A"..."Z").contains(scalar) }
    let scalars = Array(text)
    var count = scalars.prefix(while: isUpper).count
    guard count > 0 else { return text }
    // In `URLPath`, the capital before a lower-case letter starts the next word.
    if count > 1, count < scalars.count, ("a"..."z").contains(scalars[count]) { count -= 1 }
    let lowered = scalars.prefix(count).compactMap { Unicode.Scalar($0.value + 0x20) }
    return String.UnicodeScalarView(lowered + scalars.dropFirst(count))
  }
}
