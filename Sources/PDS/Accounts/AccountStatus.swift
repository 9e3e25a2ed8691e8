import ATProtoSyntax
import XRPC

/// Whether an account is served, and why not (Account specification, "Hosting Status").
enum AccountStatus: String, Hashable, Sendable {
  case active
  case deactivated
  case suspended
  case takendown
  /// The account is gone; only events have this status.
  case deleted

  /// A ground for not serving an account. Each is set and lifted on its own.
  enum Flag: String, Sendable {
    case deactivated
    case suspended
    case takendown
  }

  /// The status by the gravest ground.
  init(isDeactivated: Bool, isSuspended: Bool, isTakenDown: Bool) {
    self =
      isTakenDown ? .takendown : isSuspended ? .suspended : isDeactivated ? .deactivated : .active
  }

  var isActive: Bool { self == .active }
  /// Whether the server withholds the account, and not its owner.
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
