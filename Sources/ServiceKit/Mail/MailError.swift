import ATProtoSyntax

/// The reason mail was not sent. Two errors are equal if their codes are equal.
package struct MailError: CodedError {
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
