public import ATProtoSyntax

/// What a scope value permits, with its parameters understood (Permission specification,
/// "Resource Types"; OAuth specification, "Transitional Scopes").
///
/// Two permissions are equal if they mean the same, however their texts are written.
public enum Permission: Hashable, Sendable {
  /// To write records.
  case repo(RepoPermission)
  /// To call methods of other services, by service proxying or with a service token.
  case rpc(RPCPermission)
  /// To upload blobs.
  case blob(BlobPermission)
  /// To see or change details of the account.
  case account(AccountPermission)
  /// To change the identity.
  case identity(IdentityAttribute)
  /// The rights of the time before permissions.
  case transition(TransitionScope)
}

/// To write records of some collections, or of all.
public struct RepoPermission: Hashable, Sendable {
  /// The collections in lexicographic order, or nil for all.
  public var collections: [NSID]?
  /// At least one action, in the order of the cases of ``RepoAction``.
  public var actions: [RepoAction]

  /// Creates a permission. The order of collections and actions does not matter.
  public init(collections: [NSID]?, actions: [RepoAction] = RepoAction.allCases) {
    self.collections = collections?.uniqueSorted
    self.actions = RepoAction.allCases.filter(actions.contains)
  }
}

/// What is done to a record.
public enum RepoAction: String, CaseIterable, Hashable, Sendable {
  case create, update, delete
}

/// To call some methods, or all, of a service, or of any. Never all methods of any service.
public struct RPCPermission: Hashable, Sendable {
  /// The methods in lexicographic order, or nil for all.
  public var methods: [NSID]?
  /// The service as `did:web:api.example.com#service`, or nil for any.
  public var audience: String?

  /// Creates a permission. The order of methods does not matter.
  public init(methods: [NSID]?, audience: String?) {
    self.methods = methods?.uniqueSorted
    self.audience = audience
  }
}

/// To upload blobs of some media types.
public struct BlobPermission: Hashable, Sendable {
  /// Patterns in lowercase and lexicographic order: `image/png`, `image/*`, `*/*`.
  public var accept: [String]

  /// Creates a permission. The order and case of patterns do not matter.
  public init(accept: [String]) {
    self.accept = Set(accept.map { $0.lowercased() }).sorted()
  }
}

/// To see or change a detail of the account.
public struct AccountPermission: Hashable, Sendable {
  /// The detail.
  public var attribute: AccountAttribute
  /// The degree of control; managing includes reading.
  public var action: AccountAction

  /// Creates a permission.
  public init(_ attribute: AccountAttribute, _ action: AccountAction) {
    self.attribute = attribute
    self.action = action
  }
}

/// A detail of the account's hosting.
public enum AccountAttribute: String, CaseIterable, Hashable, Sendable {
  /// The email and whether it is confirmed.
  case email
  /// The whole repository, as a CAR file. Reading permits nothing.
  case repo
}

/// A degree of control.
public enum AccountAction: String, CaseIterable, Hashable, Sendable {
  case read, manage
}

/// An aspect of the identity.
public enum IdentityAttribute: String, CaseIterable, Hashable, Sendable {
  /// The handle.
  case handle
  /// The whole DID document and the handle.
  case any = "*"
}

/// A scope of the time before permissions. The raw value is its text.
public enum TransitionScope: String, CaseIterable, Hashable, Sendable {
  /// What an app password permits: all records, blobs, preferences and methods, without direct
  /// messages and account management.
  case generic = "transition:generic"
  /// Direct messages, `chat.bsky.*`; without ``generic``, nothing.
  case chat = "transition:chat.bsky"
  /// To read the email.
  case email = "transition:email"
}

extension [NSID] {
  fileprivate var uniqueSorted: [NSID] {
    count < 2 ? self : Set(self).sorted { $0.string < $1.string }
  }
}
