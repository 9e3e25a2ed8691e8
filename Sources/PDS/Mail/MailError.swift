import ATProtoSyntax

/// Why a mail was not sent. Two errors are equal when their codes are.
struct MailError: CodedError {
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
