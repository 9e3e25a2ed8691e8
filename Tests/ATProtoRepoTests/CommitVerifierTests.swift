import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct CommitVerifierTests {
  static let now: UInt64 = 1_700_000_100_000_000

  static func message(_ result: CommitResult) -> CommitMessage {
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

  static func account(_ head: KnownAccount.Head?) -> KnownAccount {
    KnownAccount(did: Fixture.did, signingKey: Fixture.key.publicKey, head: head)
  }

  static func verify(
    _ message: CommitMessage,
    _ account: KnownAccount,
    limits: SyncLimits = .default
  ) throws -> VerifiedCommit {
    try CommitVerifier(limits: limits).verify(message, for: account, now: now)
  }

  /// A consumer that knows only the head follows random commits.
  @Test("a chain of commits is verified", arguments: 0..<4)
  func followsAChain(seed: Int) throws {
    var random = Random(state: UInt64(900 + seed))
    let writes = (0..<30).map { RecordWrite.create(Fixture.path($0), record: Fixture.record($0)) }
    var (repository, result) = try Repository.create(
      Fixture.did,
      writes: writes,
      rev: Fixture.tid(0),
      key: Fixture.key,
      store: MemoryBlockStore()
    )
    var account = Self.account(nil)
    var present = Set(0..<30)
    for step in 1...40 {
      let message = Self.message(result)
      let verified = try Self.verify(message, account)
      #expect(verified.commit == result.commit)
      #expect(verified.operations == result.operations)
      #expect(verified.since == result.since)
      for operation in verified.operations {
        #expect(verified.record(operation) == operation.cid.flatMap { result.slice[$0] })
      }
      account.head = verified.head
      #expect(throws: SyncError(.revNotNewer, "")) { try Self.verify(message, account) }

      var writes: [RecordWrite] = []
      for number in Set((0..<random.next() % 5).map { _ in Int(random.next() % 60) }) {
        let path = Fixture.path(number)
        let record = Fixture.record(1000 * step + number)
        switch (present.contains(number), random.next() % 2) {
        case (false, _):
          writes.append(.create(path, record: record))
          present.insert(number)
        case (true, 0): writes.append(.update(path, record: record))
        case (true, _):
          writes.append(.delete(path))
          present.remove(number)
        }
      }
      result = try repository.apply(writes, rev: Fixture.tid(UInt64(step)), key: Fixture.key)
    }
  }

  // MARK: Rejected messages

  /// A commit with an operation of each kind, and the state that was known before it.
  static let sample: (result: CommitResult, head: KnownAccount.Head) = {
    var store = MemoryBlockStore()
    var repository = try! RepositoryTests.create(100, in: &store)
    let head = KnownAccount.Head(rev: repository.commit.rev, data: repository.commit.data)
    let result = try! repository.apply(
      [
        .create(Fixture.path(500), record: Fixture.record(500)),
        .update(Fixture.path(50), record: Fixture.record(501)), .delete(Fixture.path(20)),
      ],
      rev: Fixture.tid(10),
      key: Fixture.key
    )
    return (result, head)
  }()

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var code: SyncError.Code
    var change: @Sendable (inout CommitMessage, inout KnownAccount) throws -> Void

    var testDescription: String { name }

    init(
      _ name: String,
      _ code: SyncError.Code,
      _ change: @escaping @Sendable (inout CommitMessage, inout KnownAccount) throws -> Void
    ) {
      self.name = name
      self.code = code
      self.change = change
    }
  }

  /// The slice of the sample with changed blocks.
  static func slice(
    root: CID? = nil,
    leavingOut: CID? = nil,
    adding: [[UInt8]] = []
  ) -> [UInt8] {
    var writer = CARWriter(roots: [root ?? sample.result.commit.cid])
    for (cid, bytes) in sample.result.slice where cid != leavingOut { writer.append(cid, bytes) }
    for bytes in adding { writer.append(CID(hashingDAGCBOR: bytes), bytes) }
    return writer.bytes
  }

  /// Another commit of the same tree, with the fields of the sample or with other ones.
  static func resigned(
    _ message: inout CommitMessage,
    did: DID = Fixture.did,
    data: CID? = nil,
    rev: TID = sample.result.commit.rev,
    key: PrivateKey = Fixture.key
  ) {
    let data = data ?? sample.result.commit.data
    let commit = Commit(did: did, data: data, rev: rev, signedBy: key)
    message.commit = commit.cid
    message.blocks = slice(root: commit.cid, adding: [commit.block])
  }

  static let cases: [Case] = [
    Case("wrong account", .fieldMismatch) { message, _ in message.repo = "did:plc:other" },
    Case("a commit from another account", .fieldMismatch) { message, _ in
      resigned(&message, did: "did:plc:other")
    },
    Case("a rev that differs from the commit's", .fieldMismatch) { message, _ in
      message.rev = Fixture.tid(11).string
    },
    Case("a commit that is not the root", .fieldMismatch) { message, _ in
      message.commit = Fixture.value(1)
    },
    Case("wrong key", .badSignature) { message, _ in
      resigned(&message, key: PrivateKey(generating: .p256))
    },
    Case("a rotated key", .badSignature) { _, account in
      account.signingKey = PrivateKey(generating: .k256).publicKey
    },
    Case("an old rev", .revNotNewer) { _, account in account.head?.rev = Fixture.tid(11) },
    Case("the same rev", .revNotNewer) { _, account in account.head?.rev = Fixture.tid(10) },
    Case("a rev in the future", .revInFuture) { message, _ in
      message.rev = TID(microseconds: now + 86_400_000_000, clockIdentifier: 0)!.string
    },
    Case("a rev with its top bit set", .revInFuture) { message, _ in
      message.rev = TID(rawValue: 1 << 63).string
    },
    Case("a different previous rev", .chainBroken) { message, _ in
      message.since = Fixture.tid(9).string
    },
    Case("no previous rev", .chainBroken) { message, _ in message.since = nil },
    Case("a different previous tree", .chainBroken) { _, account in
      account.head?.data = Fixture.value(1)
    },
    Case("a wrong previous tree", .inversionMismatch) { message, _ in
      message.prevData = Fixture.value(1)
    },
    Case("no previous tree", .missingPrevData) { message, _ in message.prevData = nil },
    Case("a missing operation", .inversionMismatch) { message, _ in
      message.operations.removeLast()
    },
    Case("a different previous record", .inversionMismatch) { message, _ in
      message.operations[1].prev = Fixture.value(1)
    },
    Case("a create labeled as an update", .inversionMismatch) { message, _ in
      message.operations[0].action = "update"
      message.operations[0].prev = Fixture.value(1)
    },
    Case("an update labeled as a create", .inversionMismatch) { message, _ in
      message.operations[1].action = "create"
      message.operations[1].prev = nil
    },
    Case("a delete of a record that still exists", .inversionMismatch) { message, _ in
      message.operations[2].path = message.operations[0].path
      message.operations.remove(at: 0)
    },
    Case("a record that the tree does not have", .inversionMismatch) { message, _ in
      message.operations[0].cid = message.operations[1].cid
    },
    Case("a missing record", .missingBlock) { message, _ in
      message.blocks = slice(leavingOut: message.operations[0].cid)
    },
    Case("a missing tree", .missingBlock) { message, _ in
      message.blocks = slice(leavingOut: sample.result.commit.data)
    },
    Case("no commit", .missingBlock) { message, _ in
      message.blocks = slice(leavingOut: sample.result.commit.cid)
    },
    Case("a record in place of the tree", .invalidTree) { message, _ in
      resigned(&message, data: sample.result.operations[0].cid)
    },
    Case("a record in place of the commit", .invalidCommit) { message, _ in
      message.blocks = slice(root: sample.result.operations[0].cid)
    },
    Case("no root", .malformedCAR) { message, _ in message.blocks = CARWriter(roots: []).bytes },
    Case("nothing", .malformedCAR) { message, _ in message.blocks = [] },
    Case("a truncated file", .malformedCAR) { message, _ in message.blocks.removeLast() },
    Case("a changed byte", .malformedCAR) { message, _ in
      message.blocks[message.blocks.count - 1] ^= 1
    },
    Case("too many bytes", .tooLarge) { message, _ in
      message.blocks = slice(adding: [Fixture.bytes(2_000_000)])
    },
    Case("too many operations", .tooLarge) { message, _ in
      message.operations = Array(repeating: message.operations[0], count: 201)
    },
    Case("an invalid rev", .malformedMessage) { message, _ in message.rev = "1" },
    Case("an invalid previous rev", .malformedMessage) { message, _ in message.since = "1" },
    Case("an invalid path", .malformedMessage) { message, _ in
      message.operations[0].path = "com.example.record"
    },
    Case("an invalid action", .malformedMessage) { message, _ in
      message.operations[0].action = "upsert"
    },
    Case("a create without a record", .malformedMessage) { message, _ in
      message.operations[0].cid = nil
    },
    Case("a create with a previous record", .malformedMessage) { message, _ in
      message.operations[0].prev = Fixture.value(1)
    },
    Case("an update without a previous record", .malformedMessage) { message, _ in
      message.operations[1].prev = nil
    },
    Case("a delete with a record", .malformedMessage) { message, _ in
      message.operations[2].cid = Fixture.value(1)
    },
    Case("a repeated path", .malformedMessage) { message, _ in
      message.operations.append(message.operations[0])
    },
  ]

  @Test("a message that breaks a requirement is rejected with its code", arguments: cases)
  func isRefused(_ sample: Case) throws {
    var message = Self.message(Self.sample.result)
    var account = Self.account(Self.sample.head)
    _ = try Self.verify(message, account)
    try sample.change(&message, &account)
    #expect(throws: SyncError(sample.code, "")) { try Self.verify(message, account) }
  }

  /// "ECDSA signatures … the 'low-S' signature variant is required" (Cryptography specification):
  /// whoever sees a commit could otherwise make another one of it, with the same content and another
  /// CID.
  @Test(
    "a signature with a high s is rejected",
    arguments: [
      (Curve.p256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
      (.k256, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
    ]
  )
  func highSIsRejected(curve: Curve, order: String) throws {
    let key = PrivateKey(generating: curve)
    var account = Self.account(Self.sample.head)
    account.signingKey = key.publicKey
    func message(_ commit: [UInt8]) -> CommitMessage {
      var message = Self.message(Self.sample.result)
      message.commit = CID(hashingDAGCBOR: commit)
      message.blocks = Self.slice(root: message.commit, adding: [commit])
      return message
    }
    let signed = Self.sample.result.commit
    let commit = Commit(did: Fixture.did, data: signed.data, rev: signed.rev, signedBy: key)
    _ = try Self.verify(message(commit.block), account)

    let negated = commit.signature[..<32] + Self.difference(order, commit.signature[32...])
    var fields = try DataValue(cbor: commit.block)
    fields["sig"] = nil
    #expect(key.publicKey.isValidSignatureWithAnyS([UInt8](negated), for: fields.cborBytes()))
    fields["sig"] = .bytes(Bytes([UInt8](negated)))
    #expect(throws: SyncError(.badSignature, "")) {
      try Self.verify(message(fields.cborBytes()), account)
    }
  }

  /// n - s, both of 32 bytes.
  private static func difference(_ order: String, _ s: ArraySlice<UInt8>) -> [UInt8] {
    var digits = order[...]
    var bytes: [UInt8] = []
    while let byte = UInt8(digits.prefix(2), radix: 16) {
      bytes.append(byte)
      digits = digits.dropFirst(2)
    }
    var borrow = 0
    for index in (0..<32).reversed() {
      let value = Int(bytes[index]) - Int(s[s.startIndex + index]) - borrow
      borrow = value < 0 ? 1 : 0
      bytes[index] = UInt8(truncatingIfNeeded: value)
    }
    return bytes
  }

  /// Every block of the slice is needed.
  @Test("each missing block is detected")
  func everyMissingBlockIsDetected() throws {
    var message = Self.message(Self.sample.result)
    for (cid, _) in Self.sample.result.slice {
      message.blocks = Self.slice(leavingOut: cid)
      #expect(throws: SyncError(.missingBlock, "")) {
        try Self.verify(message, Self.account(Self.sample.head))
      }
    }
  }

  @Test("unneeded blocks are accepted")
  func unneededBlocksAreAccepted() throws {
    var message = Self.message(Self.sample.result)
    message.blocks = Self.slice(adding: [Fixture.record(777), Fixture.record(500)])
    let verified = try Self.verify(message, Self.account(Self.sample.head))
    #expect(verified.blocks.duplicateCount == 1)
  }

  @Test("each error has the consequence that the specification gives")
  func consequences() {
    #expect(SyncError(.revNotNewer, "").consequence == .ignore)
    #expect(SyncError(.badSignature, "").consequence == .refreshIdentity)
    #expect(SyncError(.chainBroken, "").consequence == .resynchronize)
    #expect(SyncError(.inversionMismatch, "").consequence == .reject)
  }

  /// A record that is too large, and one that is not DAG-CBOR, which is accepted with
  /// `checksRecords: false`.
  @Test("records that are not DAG-CBOR are rejected")
  func recordsAreChecked() throws {
    func message(_ record: [UInt8]) throws -> CommitMessage {
      let limits = CommitLimits.unlimited
      let (_, result) = try Repository.create(
        Fixture.did,
        writes: [.create(Fixture.path(1), record: record)],
        rev: Fixture.tid(0),
        key: Fixture.key,
        limits: .init(operations: 1, record: .max, slice: limits.slice),
        store: MemoryBlockStore()
      )
      return Self.message(result)
    }
    let account = Self.account(nil)
    #expect(throws: SyncError(.tooLarge, "")) {
      try Self.verify(message(Fixture.bytes(1_000_001)), account)
    }
    let float: [UInt8] = [0xfb, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(throws: SyncError(.invalidRecord, "")) { try Self.verify(message(float), account) }
    _ = try Self.verify(message(float), account, limits: SyncLimits(checksRecords: false))
  }

  /// "The most recent commit should always be verifiable using the current DID document."
  @Test("a commit without operations is verified")
  func emptyCommitOfARotation() throws {
    var store = MemoryBlockStore()
    var repository = try RepositoryTests.create(5, in: &store)
    let head = KnownAccount.Head(rev: repository.commit.rev, data: repository.commit.data)
    let key = PrivateKey(generating: .p256)
    let result = try repository.apply([], rev: Fixture.tid(1), key: key)
    var account = Self.account(head)
    #expect(throws: SyncError(.badSignature, "")) {
      try Self.verify(Self.message(result), account)
    }
    account.signingKey = key.publicKey
    #expect(try Self.verify(Self.message(result), account).operations.isEmpty)
    var silent = Self.message(result)
    silent.prevData = nil
    #expect(throws: SyncError(.missingPrevData, "")) { try Self.verify(silent, account) }
  }

  @Test("a rev may be ahead by no more than the clock drift")
  func clocksDrift() throws {
    let message = Self.message(Self.sample.result)
    let account = Self.account(Self.sample.head)
    let rev = Self.sample.result.commit.rev.microseconds
    _ = try CommitVerifier().verify(message, for: account, now: rev - 300_000_000)
    #expect(throws: SyncError(.revInFuture, "")) {
      try CommitVerifier().verify(message, for: account, now: rev - 300_000_001)
    }
  }

  // MARK: #sync

  @Test("#sync messages are verified")
  func syncMessages() throws {
    let result = Self.sample.result
    let message = SyncMessage(
      did: Fixture.did.string,
      rev: result.commit.rev.string,
      blocks: result.carCommit()
    )
    func verify(_ message: SyncMessage, _ head: KnownAccount.Head?) throws -> VerifiedSyncMessage {
      try CommitVerifier().verify(message, for: Self.account(head), now: Self.now)
    }
    let head = Self.sample.head
    #expect(try verify(message, nil).requiresResynchronization)
    #expect(try verify(message, head).requiresResynchronization)
    let same = KnownAccount.Head(rev: head.rev, data: result.commit.data)
    let verified = try verify(message, same)
    #expect(!verified.requiresResynchronization)
    #expect(verified.head.rev == result.commit.rev && verified.commit == result.commit)
    #expect(throws: SyncError(.revNotNewer, "")) { try verify(message, verified.head) }

    var changed = message
    changed.did = "did:plc:other"
    #expect(throws: SyncError(.fieldMismatch, "")) { try verify(changed, head) }
    changed = message
    changed.rev = Fixture.tid(99).string
    #expect(throws: SyncError(.fieldMismatch, "")) { try verify(changed, head) }
    changed = message
    changed.blocks += Fixture.bytes(10_000)
    #expect(throws: SyncError(.tooLarge, "")) { try verify(changed, head) }
    changed = message
    changed.blocks.removeLast()
    #expect(throws: SyncError(.malformedCAR, "")) { try verify(changed, head) }
    let forged = Commit(
      did: Fixture.did,
      data: result.commit.data,
      rev: result.commit.rev,
      signedBy: PrivateKey(generating: .k256)
    )
    var writer = CARWriter(roots: [forged.cid])
    writer.append(forged.cid, forged.block)
    changed.blocks = writer.bytes
    #expect(throws: SyncError(.badSignature, "")) { try verify(changed, head) }
  }
}
