/// An email address (RFC 5321, 4.1.2) in the form that nearly all addresses have:
///
///     address    = dot-string "@" domain
///     dot-string = atom *("." atom)
///     domain     = label *("." label)
///
/// Quoted local parts and address literals are not supported: hardly any address uses them, and
/// both allow more than an address in a header field.
package struct MailAddress: Hashable, Sendable {
  package let text: String

  /// Throws ``MailError/Code/invalidAddress``.
  package init(_ text: String) throws(MailError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    // RFC 5321, 4.5.3.1: 64 bytes before the @; 254 in total.
    guard text.utf8.count <= 254, parts.count == 2, parts[0].count <= 64,
      Self.isDotted(parts[0], of: Self.atom), Self.isDotted(parts[1], of: Self.label),
      parts[1].first != UInt8(ascii: "-")
    else { throw MailError(.invalidAddress, "the email is not valid") }
    self.text = text
  }

  private static func isDotted(_ part: Substring.UTF8View, of allowed: Set<UInt8>) -> Bool {
    part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { !$0.isEmpty && $0.allSatisfy(allowed.contains) }
  }

  private static let label = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8
  )
  private static let atom = label.union("!#$%&'*+/=?^_`{|}~".utf8)
}
