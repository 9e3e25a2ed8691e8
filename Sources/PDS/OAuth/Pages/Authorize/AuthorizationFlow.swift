import ATProtoAuth
import ATProtoSyntax

// `prompt`: OpenID Connect Core, 3.1.2.1; `create`: "Initiating User Registration via OpenID Connect".
// `login_hint` (OAuth specification, "Request Fields"): the account that gets through.

/// Decides which page an authorization request needs next.
///
/// A pure function of the request, of the accounts that are signed in, and of what the person chose
/// on the page before.
struct AuthorizationFlow {
  /// An account that is signed in and that the request allows.
  struct Candidate {
    var account: Account
    /// Whether its owner gave the password as recently as the request demands.
    var isFresh: Bool
    /// Whether it has granted the app everything that the request asks for before.
    var hasConsented: Bool
  }

  /// What the page before asks for. It comes from the URL, so anyone may have chosen it.
  struct Wish: Hashable {
    enum Step: String {
      case signIn = "sign-in"
      case signUp = "sign-up"
    }

    var step: Step?
    var account: DID?
  }

  enum Step {
    /// - Parameter identifier: the account to suggest.
    case signIn(identifier: String?)
    case signUp
    case choose([Account])
    case consent(Account)
    /// The account is deactivated and cannot grant anything.
    case inactive(Account)
    /// The answer is known without a page.
    case approve(Account)
    case deny(OAuthError)
  }

  var prompt: AuthorizationParameters.Prompt?
  /// `login_hint`.
  var hint: String?
  /// Only accounts that match the hint.
  var candidates: [Candidate]
  var wish: Wish
  /// Whether the app is known well enough to be answered without a page: others could send people
  /// back and forth without their noticing.
  var allowsSilence: Bool

  var step: Step {
    if prompt == AuthorizationParameters.Prompt.none { return silent }
    switch wish.step {
    case .signIn: return .signIn(identifier: hint)
    case .signUp: return .signUp
    case nil: break
    }
    if let chosen = wish.account {
      guard let candidate = candidates.first(where: { $0.account.did == chosen }) else {
        // It is not signed in any more.
        return .signIn(identifier: hint)
      }
      return decide(candidate)
    }
    switch prompt {
    case .create: return .signUp
    case .selectAccount where !candidates.isEmpty: return .choose(candidates.map(\.account))
    case .some, nil: break
    }
    switch candidates.count {
    case 0: return .signIn(identifier: hint)
    case 1:
      let candidate = candidates[0]
      let isSilent = prompt == nil && hint != nil && allowsSilence && candidate.hasConsented
      return isSilent && candidate.isFresh && candidate.account.status.isActive
        ? .approve(candidate.account) : decide(candidate)
    default: return .choose(candidates.map(\.account))
    }
  }

  private func decide(_ candidate: Candidate) -> Step {
    guard candidate.isFresh else {
      return .signIn(identifier: candidate.account.handle.string)
    }
    return candidate.account.status.isActive
      ? .consent(candidate.account) : .inactive(candidate.account)
  }

  /// `prompt=none`: "The Authorization Server MUST NOT display any authentication or consent user
  /// interface pages".
  private var silent: Step {
    guard let candidate = candidates.first else {
      return .deny(OAuthError(.loginRequired, "no account is signed in"))
    }
    guard candidates.count == 1 else {
      return .deny(OAuthError(.accountSelectionRequired, "several accounts are signed in"))
    }
    guard candidate.isFresh else {
      return .deny(OAuthError(.loginRequired, "the account has to sign in again"))
    }
    guard allowsSilence, candidate.hasConsented else {
      return .deny(OAuthError(.consentRequired, "the account has not agreed to this before"))
    }
    guard candidate.account.status.isActive else {
      return .deny(OAuthError(.accessDenied, "the account is deactivated"))
    }
    return .approve(candidate.account)
  }
}
