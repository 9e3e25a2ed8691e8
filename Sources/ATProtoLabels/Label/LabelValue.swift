/// The rules for the values of labels (Label specification, "Value"; guide "Labels").
///
/// A labeler should check a value before it signs the first label with it: deployed apps do not show
/// labels whose values have upper-case letters, for instance.
public enum LabelValue {
  /// What is wrong with a value.
  public enum Finding: Hashable, Sendable {
    /// The value has the recommended syntax.
    case valid
    /// The value can be used, but apps may not show it, for the reason given.
    case discouraged(String)
    /// The value must not be used, for the reason given.
    case invalid(String)
  }

  /// The values that prescribe a behavior, which begin with `!`.
  public static let system: Set<String> = [
    "!hide", "!warn", "!no-unauthenticated", "!takedown", "!suspend",
  ]

  /// The values with which a service removes content for those who let it redact.
  public static let redacting: Set<String> = ["!takedown", "!suspend"]

  /// The values that have the same meaning for every labeler, and the only ones that authors can put
  /// on their own records.
  public static let global: Set<String> = [
    "!hide", "!warn", "!no-unauthenticated", "porn", "sexual", "nudity", "graphic-media", "bot",
  ]

  /// Checks a value.
  public static func check(_ text: String) -> Finding {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { return .invalid("a label value must not be empty") }
    if bytes.count > Label.maximumValueLength {
      return .invalid("a label value must have at most \(Label.maximumValueLength) bytes")
    }
    if bytes.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      return .invalid("a label value must be ASCII without white space")
    }
    if system.contains(text) { return .valid }
    if bytes[0] == UInt8(ascii: "!") {
      return .invalid(
        "values that begin with '!' are reserved; the known ones are "
          + system.sorted().joined(separator: ", ")
      )
    }
    return discouragement(of: bytes).map(Finding.discouraged) ?? .valid
  }

  /// "Recommended String Syntax": lower-case letters, with dashes inside.
  private static func discouragement(of bytes: [UInt8]) -> String? {
    if bytes.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) {
      return "apps do not show label values with upper-case letters"
    }
    let dash = UInt8(ascii: "-")
    if bytes.contains(where: { $0 != dash && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    ) {
      return "a label value should have only the letters a to z and dashes"
    }
    if bytes.first == dash || bytes.last == dash {
      return "a label value should not begin or end with a dash"
    }
    return nil
  }
}
