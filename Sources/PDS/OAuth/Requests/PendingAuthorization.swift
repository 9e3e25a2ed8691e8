import ATProtoAuth
import ATProtoSyntax

/// A request in the browser that may continue it, with what its pages show.
struct PendingAuthorization: Sendable {
  let request: OAuthRequest
  let client: RegisteredClient
  let parameters: AuthorizationParameters
  /// The permission sets of the scope.
  let sets: [NSID: PermissionSet]

  var id: String { request.id }
  /// What the client asks for.
  var scope: OAuthScope { parameters.scope }

  /// Whether the client asks for this account, or for none in particular: "If a `login_hint` was
  /// supplied, the Authorization Server should only allow the user to authenticate with that account."
  func admits(_ account: Account) -> Bool { parameters.admits(account) }

  /// Whether an account granted the client before what it asks for now, and need not be asked again:
  /// "If a client is a confidential client and the user has already approved the same scopes for the
  /// same client in the past, the Authorization Server may allow 'silent sign-in'".
  func isCovered(by consent: OAuthConsent?) -> Bool {
    guard client.allowsSilentApproval, parameters.prompt != .consent, let consent else {
      return false
    }
    let granted = Set(consent.scope.split(separator: " "))
    return scope.values.allSatisfy { granted.contains($0[...]) }
  }
}

extension AuthorizationParameters {
  /// Whether `login_hint` is absent or names the account.
  func admits(_ account: Account) -> Bool {
    loginHint == nil || loginHint == account.did.string || loginHint == account.handle.string
  }
}

/// Why a browser cannot continue an authorization request. The answer is an error page, never a
/// redirect: where it would lead is not trustworthy.
enum AuthorizationPageError: Error, Hashable {
  /// There is no such request, or it expired a while ago.
  case unknownRequest
  /// The `client_id` is not that of the request.
  case otherClient
  case expired
  /// The request was approved already.
  case alreadyUsed
  /// Another browser displayed the request first.
  case otherDevice
  /// The account does not exist, is withheld, or is not the one that the client asks for.
  case otherAccount
  /// The client's documents cannot be fetched or are not valid any more, or the request is not.
  case client(OAuthError)
  /// The server cannot answer; the reason is for its log, not for the page.
  case server(String)
}
