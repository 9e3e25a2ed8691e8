package import ATProtoCrypto
package import ATProtoData
package import ATProtoRepo
package import ATProtoSyntax
import Foundation
import Synchronization

/// An account whose commits are real: signed, with covering proofs, and inverted by a relay.
package final class SimulatedAccount: Sendable {
  private struct State {
    var repository: Repository
    var last: CommitResult
    var count: UInt64 = 0
    var key: PrivateKey
    var pds: String
    var status = HostedStatus.active
  }

  package let did: DID
  package let handle: Handle
  private let start: SyncTime
  private let blocks = SharedBlocks()
  private let state: Mutex<State>

  /// Creates an account with its first commit.
  ///
  /// - Parameters:
  ///   - pds: the URL of its PDS, such as `http://localhost:2583`.
  ///   - writes: the records of the first commit.
  ///   - start: the time of the first commit; each one is a microsecond after the last.
  package init(
    did: DID? = nil,
    handle: Handle? = nil,
    pds: String,
    curve: Curve = .k256,
    writes: [RecordWrite] = [],
    start: SyncTime = SimulatedAccount.now - 3_600_000_000
  ) {
    let did = did ?? Self.randomDID()
    let key = PrivateKey(generating: curve)
    self.did = did
    self.handle = handle ?? (try! Handle("\(did.string.suffix(12)).example.com"))
    self.start = start
    let (repository, first) = try! Repository.create(
      did,
      writes: writes,
      rev: Self.tid(start),
      key: key,
      limits: .unlimited,
      store: blocks
    )
    blocks.apply(first.changes)
    state = Mutex(State(repository: repository, last: first, key: key, pds: pds))
  }

  /// The current time.
  package static var now: SyncTime { SyncTime(Date().timeIntervalSince1970 * 1_000_000) }

  /// A `did:plc` that does not belong to anyone.
  package static func randomDID() -> DID {
    try! DID("did:plc:\(Base32.encode((0..<15).map { _ in UInt8.random(in: 0...255) }))")
  }

  private static func tid(_ time: SyncTime) -> TID {
    TID(microseconds: time, clockIdentifier: 1)!
  }

  /// The signing key. Setting it rotates the key: the next commit is signed with it, and the
  /// document names it.
  package var key: PrivateKey {
    get { state.withLock { $0.key } }
    set { state.withLock { $0.key = newValue } }
  }

  /// The URL of the PDS that the document names.
  package var pds: String {
    get { state.withLock { $0.pds } }
    set { state.withLock { $0.pds = newValue } }
  }

  /// The status that the host reports.
  package var status: HostedStatus {
    get { state.withLock { $0.status } }
    set { state.withLock { $0.status = newValue } }
  }

  /// The current commit.
  package var head: Commit { state.withLock { $0.repository.commit } }

  /// The whole repository as a CAR file.
  package var car: [UInt8] {
    state.withLock { state in
      var export = state.repository.exportCAR()
      return try! export.rest()
    }
  }

  /// The DID document.
  package var document: DataValue {
    let (key, pds) = state.withLock { ($0.key.publicKey, $0.pds) }
    return [
      "@context": ["https://www.w3.org/ns/did/v1"],
      "id": .string(did.string),
      "alsoKnownAs": [.string("at://\(handle.string)")],
      "verificationMethod": [
        [
          "id": .string("\(did.string)#atproto"), "type": "Multikey",
          "controller": .string(did.string), "publicKeyMultibase": .string(key.multikey),
        ]
      ],
      "service": [
        [
          "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": .string(pds),
        ]
      ],
    ]
  }
}

// MARK: Events

extension SimulatedAccount {
  /// The message of the last commit.
  package var message: CommitMessage { Self.message(state.withLock { $0.last }) }

  /// The event of the last commit: the first one, until ``commit(_:)`` is called.
  package var lastCommit: FirehoseEvent.Content { .commit(message) }

  /// Creates the next commit; by default one that creates a record.
  package func commit(_ writes: [RecordWrite]? = nil) -> FirehoseEvent.Content {
    .commit(nextMessage(writes))
  }

  /// Creates the next commit and returns its message, which a test may change.
  package func nextMessage(_ writes: [RecordWrite]? = nil) -> CommitMessage {
    state.withLock { state in
      state.count += 1
      let writes = writes ?? [Self.create("app.example.post", Int(state.count))]
      let result = try! state.repository.apply(
        writes,
        rev: Self.tid(start + state.count),
        key: state.key
      )
      blocks.apply(result.changes)
      state.last = result
      return Self.message(result)
    }
  }

  /// Announces the current commit.
  package var sync: FirehoseEvent.Content {
    let head = head
    return .sync(
      SyncMessage(did: did.string, rev: head.rev.string, blocks: head.carFile())
    )
  }

  /// Announces the identity.
  package var identity: FirehoseEvent.Content {
    .identity(IdentityMessage(did: did.string, handle: handle.string))
  }

  /// Announces ``status``.
  package var account: FirehoseEvent.Content {
    let status = status
    return .account(
      AccountMessage(did: did.string, isActive: status.isActive, status: status.status)
    )
  }

  /// Changes the status, and announces it.
  package func become(_ status: HostedStatus) -> FirehoseEvent.Content {
    self.status = status
    return account
  }

  /// A write that creates a record.
  package static func create(_ collection: String, _ number: Int) -> RecordWrite {
    .create(path(collection, number), record: record(collection, number))
  }

  package static func path(_ collection: String, _ number: Int) -> RepoPath {
    try! RepoPath("\(collection)/r\(number)")
  }

  package static func record(_ collection: String, _ number: Int) -> [UInt8] {
    DataValue.object(["$type": .string(collection), "n": .integer(number)]).cborBytes()
  }

  private static func message(_ result: CommitResult) -> CommitMessage {
    CommitMessage(
      repo: result.commit.did.string,
      rev: result.commit.rev.string,
      since: result.since?.string,
      commit: result.commit.cid,
      blocks: result.carSlice(),
      operations: result.operations.map { operation in
        CommitMessage.Operation(
          action: operation.action.rawValue,
          path: operation.path.string,
          cid: operation.cid,
          prev: operation.prev
        )
      },
      prevData: result.prevData
    )
  }
}

/// The blocks of one account.
private final class SharedBlocks: BlockSource, Sendable {
  private let store = Mutex(MemoryBlockStore())

  func block(_ cid: CID) -> [UInt8]? { store.withLock { $0.block(cid) } }

  func apply(_ changes: BlockChanges) { store.withLock { $0.apply(changes) } }
}
