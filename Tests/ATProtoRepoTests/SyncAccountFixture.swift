import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax

/// An account whose PDS creates commits and announces them. Copies share the nodes of the tree, so
/// only one of them may be continued.
struct SyncAccountFixture {
  static let pds = "pds.example.com"
  static let now: SyncTime = 1_700_000_100_000_000

  var key = Fixture.key
  private(set) var repository: Repository
  private(set) var first: CommitResult
  private var count: UInt64 = 0

  /// Creates an account with five records.
  init() {
    self.init((0..<5).map { .create(Fixture.path($0), record: Fixture.record($0)) })
  }

  /// Creates an account with its first commit.
  init(_ writes: [RecordWrite]) {
    (repository, first) = try! Repository.create(
      Fixture.did,
      writes: writes,
      rev: Fixture.tid(0),
      key: Fixture.key,
      limits: .unlimited,
      store: MemoryBlockStore()
    )
  }

  /// The first commit as a message.
  var firstMessage: FirehoseEvent.Content { .commit(CommitVerifierTests.message(first)) }

  var head: KnownAccount.Head {
    KnownAccount.Head(rev: repository.commit.rev, data: repository.commit.data)
  }

  var identity: SyncIdentity {
    SyncIdentity(signingKey: key.publicKey, pds: Self.pds, checkedAt: Self.now)
  }

  /// The state of a service that has followed the account so far.
  var known: SyncAccount {
    SyncAccount(
      did: Fixture.did,
      identity: identity,
      head: head,
      commit: repository.commit.cid
    )
  }

  /// Creates the next commit.
  mutating func message(_ writes: [RecordWrite]? = nil) -> CommitMessage {
    count += 1
    let number = 100 + Int(count)
    let result = try! repository.apply(
      writes ?? [.create(Fixture.path(number), record: Fixture.record(number))],
      rev: Fixture.tid(count),
      key: key
    )
    return CommitVerifierTests.message(result)
  }

  mutating func commit(_ writes: [RecordWrite]? = nil) -> FirehoseEvent.Content {
    .commit(message(writes))
  }

  /// Announces the current commit.
  var syncMessage: SyncMessage {
    SyncMessage(
      did: Fixture.did.string,
      rev: repository.commit.rev.string,
      blocks: repository.commit.carFile()
    )
  }

  var sync: FirehoseEvent.Content { .sync(syncMessage) }

  /// Announces the tenth commit after the first one.
  static var laterSync: FirehoseEvent.Content {
    var fixture = SyncAccountFixture()
    for _ in 0..<10 { _ = fixture.message() }
    return fixture.sync
  }

  static func identity(_ handle: String? = nil) -> FirehoseEvent.Content {
    .identity(IdentityMessage(did: Fixture.did.string, handle: handle))
  }

  static func account(_ isActive: Bool, _ status: String? = nil) -> FirehoseEvent.Content {
    .account(AccountMessage(did: Fixture.did.string, isActive: isActive, status: status))
  }

  /// An event of each kind that only the PDS may send, after the first commit.
  static let samples: [(name: String, content: FirehoseEvent.Content)] = {
    var fixture = SyncAccountFixture()
    return [
      ("commit", fixture.commit()), ("sync", fixture.sync), ("account active", account(true)),
    ]
  }()
}
