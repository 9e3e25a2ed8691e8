import ATProtoSyntax
import XRPC

/// Whether an account is served, and if not, why (Account specification, "Hosting Status").
package enum AccountStatus: String, Hashable, Sendable {
  case active
  case deactivated
  case suspended
  case takendown
  /// The account was deleted; only events have this status.
  case deleted

  /// A reason for not serving an account. Each is set and cleared independently.
  package enum Flag: String, Sendable {
    case deactivated
    case suspended
    case takendown
  }

  /// The status for the most severe reason.
  package init(isDeactivated: Bool, isSuspended: Bool, isTakenDown: Bool) {
    self =
      isTakenDown ? .takendown : isSuspended ? .suspended : isDeactivated ? .deactivated : .active
  }

  package var isActive: Bool { self == .active }
  /// Whether the server, not the account's owner, withholds the account.
  var isWithheld: Bool { self == .takendown || self == .suspended }

  /// Throws the error of `com.atproto.sync` for an account that is not served: `RepoTakendown`,
  /// `RepoSuspended`, `RepoDeactivated` or `RepoNotFound`.
  func checkIsServed(_ did: DID) throws(UnknownFailure) {
    let name: String
    switch self {
    case .active: return
    case .takendown: name = "RepoTakendown"
    case .suspended: name = "RepoSuspended"
    case .deactivated: name = "RepoDeactivated"
    case .deleted: throw .repoNotFound(did)
    }
    throw UnknownFailure(
      XRPCErrorBody(
        name: name,
        message: "the repository of \(did) is not available: the account is \(self)"
      )
    )
  }

  /// The value of `status` in responses and events; nil for an active account.
  var wireValue: String? { isActive ? nil : rawValue }
}
