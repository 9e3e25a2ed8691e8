import ATProtoSyntax

/// Why a read of the index ended early.
package struct AppViewStoreError: CodedError {
  package enum Code: Hashable, Sendable {
    /// It took longer than its deadline.
    case deadline
  }

  package var code: Code
  package var reason: String

  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
