import ATProtoSyntax

/// Why an account cannot be shown or changed.
package struct AccountsError: CodedError {
  package enum Code: Hashable, Sendable {
    /// The relay does not know the account.
    case notFound
    /// The account could not be read from the store, or the change could not be stored.
    case storage
    /// The relay is stopping.
    case stopped
  }

  package var code: Code
  package var reason: String

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
