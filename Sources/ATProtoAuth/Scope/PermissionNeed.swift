import ATProtoSyntax

/// What a request must be permitted to do.
public enum PermissionNeed: Hashable, Sendable {
  /// To write a record of a collection.
  case repo(RepoAction, collection: String)
  /// To call a method of a service, or any method of it if `method` is nil. The audience is
  /// `did:web:api.example.com#service`; a DID without a fragment is another audience.
  case rpc(method: String?, audience: String)
  /// To upload a blob of a media type, whose parameters do not matter.
  case blob(mimeType: String)
  /// To see or change a detail of the account.
  case account(AccountAttribute, AccountAction)
  /// To change the identity.
  case identity(IdentityAttribute)

  /// The smallest scope that permits this, as canonical text: for the message `Missing required
  /// scope "repo:com.example.post?action=create"`.
  public var scope: String {
    switch self {
    case .repo(let action, let collection):
      ScopeSyntax.text("repo", ("collection", [collection]), ("action", [action.rawValue]))
    case .rpc(let method, let audience):
      ScopeSyntax.text("rpc", ("lxm", [method ?? "*"]), ("aud", [audience]))
    case .blob(let mimeType):
      ScopeSyntax.text("blob", ("accept", [MediaType.normalized(mimeType) ?? mimeType]))
    case .account(let attribute, let action):
      Permission.account(AccountPermission(attribute, action)).description
    case .identity(let attribute): Permission.identity(attribute).description
    }
  }
}

extension Permission {
  /// Whether this permission, by itself, covers a need. Transitional scopes depend on each other;
  /// ``OAuthScope/allows(_:)`` decides about them.
  public func allows(_ need: PermissionNeed) -> Bool {
    switch (self, need) {
    case (.repo(let granted), .repo(let action, let collection)):
      granted.actions.contains(action)
        && (granted.collections?.contains { $0.string == collection } ?? true)
    case (.rpc(let granted), .rpc(let method, let audience)):
      (granted.audience.map { $0 == audience } ?? true)
        && (granted.methods?.contains { $0.string == method } ?? true)
    case (.blob(let granted), .blob(let mimeType)):
      MediaType.normalized(mimeType).map { type in
        granted.accept.contains { MediaType.matches($0, type) }
      } ?? false
    case (.account(let granted), .account(let attribute, let action)):
      // "The `manage` action includes `read`."
      granted.attribute == attribute && (granted.action == .manage || action == .read)
    case (.identity(let granted), .identity(let attribute)):
      granted == .any || granted == attribute
    default: false
    }
  }
}

extension TransitionScope {
  /// Whether this scope covers a need, in a session that has all of `granted`.
  func allows(_ need: PermissionNeed, granted: Set<TransitionScope>) -> Bool {
    switch (self, need) {
    case (.generic, .repo), (.generic, .blob): true
    // "No access to DMs (the `chat.bsky.*` Lexicons), specifically."
    case (.generic, .rpc(let method, _)): !(method.map(Self.isChat) ?? false)
    // "This scope depends on and does not function without the `transition:generic` scope."
    case (.chat, .rpc(let method, _)):
      granted.contains(.generic) && (method.map(Self.isChat) ?? false)
    case (.email, .account(.email, .read)): true
    default: false
    }
  }

  /// The authority of an NSID is not case-sensitive.
  private static func isChat(_ method: String) -> Bool {
    method.prefix(10).lowercased() == "chat.bsky."
  }
}
