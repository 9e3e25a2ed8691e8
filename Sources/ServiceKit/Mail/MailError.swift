/// The reason mail was not sent. Two errors are equal if their codes are equal.
package struct MailError: Error, Sendable {
  package enum Code: Hashable, Sendable {
    case invalidAddress
    /// The subject has control characters, or is too long.
    case invalidSubject
    /// The file or the command failed.
    case notDelivered
  }

  package var code: Code
  package var reason: String

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension MailError: Hashable {
  package static func == (lhs: MailError, rhs: MailError) -> Bool { lhs.code == rhs.code }
  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension MailError: CustomStringConvertible {
  package var description: String { reason }
}
