/// Why a mail was not sent. Two errors are equal when their codes are.
struct MailError: Error, Sendable {
  enum Code: Hashable, Sendable {
    case invalidAddress
    /// Control characters, or too long.
    case invalidSubject
    /// The file or the command failed.
    case notDelivered
  }

  var code: Code
  var reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}

extension MailError: Hashable {
  static func == (lhs: MailError, rhs: MailError) -> Bool { lhs.code == rhs.code }
  func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

extension MailError: CustomStringConvertible {
  var description: String { reason }
}
