public import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// Microseconds since the Unix epoch.
public typealias SyncTime = UInt64

/// How far a service has followed a repository (Sync specification, "Record-Level
/// Synchronization").
public enum SyncPhase: UInt8, Sendable {
  /// Every message since the last known state has been verified.
  case synchronized = 0
  /// Messages are missing, and the repository could not be fetched.
  case desynchronized = 1
  /// Messages are missing, and the repository is being fetched for the first time.
  case inProgress = 2
}

/// The status of an account at its host (Account Hosting specification).
public struct HostedStatus: Hashable, Sendable {
  /// The longest status that is kept, in bytes. The longest known one has 14.
  public static let maximumLength = 64

  /// Whether the host distributes the repository. Services act on this; ``status`` explains it.
  public let isActive: Bool
  /// A known or unknown status, or nil for an active account in good standing. An active account
  /// may be `desynchronized` or `throttled`.
  public let status: String?

  /// Creates a status. An empty or too long one is dropped; an account that is not active then has
  /// the status `inactive`.
  public init(isActive: Bool, status: String?) {
    self.isActive = isActive
    let isKept = status.map { (1...Self.maximumLength).contains($0.utf8.count) } ?? false
    self.status = isKept ? status : isActive ? nil : "inactive"
  }

  /// An active account in good standing.
  public static let active = HostedStatus(isActive: true, status: nil)

  /// An account that is not active.
  public static func inactive(_ status: String?) -> HostedStatus {
    HostedStatus(isActive: false, status: status)
  }
}

/// What a service needs to know of an account's DID document.
public struct SyncIdentity: Hashable, Sendable {
  /// The signing key.
  public var signingKey: PublicKey
  /// The host of the PDS, in the same form as ``SyncInput/host``.
  public var pds: String
  /// When the document was fetched.
  public var checkedAt: SyncTime

  /// Creates an identity.
  public init(signingKey: PublicKey, pds: String, checkedAt: SyncTime) {
    self.signingKey = signingKey
    self.pds = pds
    self.checkedAt = checkedAt
  }
}

/// The state of an account that is kept between events: "only a small amount of state needs to be
/// stored for each repository" (Sync specification, "Reliable Repository Synchronization").
public struct SyncAccount: Hashable, Sendable {
  /// The account.
  public var did: DID
  /// The identity, or nil if it is not known or does not work.
  public var identity: SyncIdentity?
  /// The state of the repository, or nil before the first commit.
  public var head: KnownAccount.Head?
  /// The CID of the commit in that state.
  public var commit: CID?
  /// How far the repository has been followed.
  public var phase: SyncPhase
  /// The status at the host, without decisions of this service.
  public var upstream: HostedStatus
  /// When the last refresh of the identity that was successful began; 0 if there was none.
  public var refreshedAt: SyncTime

  /// Creates the state of an account, or that of one that has not been seen before.
  public init(
    did: DID,
    identity: SyncIdentity? = nil,
    head: KnownAccount.Head? = nil,
    commit: CID? = nil,
    phase: SyncPhase = .synchronized,
    upstream: HostedStatus = .active,
    refreshedAt: SyncTime = 0
  ) {
    self.did = did
    self.identity = identity
    self.head = head
    self.commit = commit
    self.phase = phase
    self.upstream = upstream
    self.refreshedAt = refreshedAt
  }
}
