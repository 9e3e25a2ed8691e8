import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import RelayTestSupport
import Testing

@testable import Relay

/// The Message Validation Checklist of the Sync specification, one test for each of its sentences.
/// Details of single checks, such as the form of the commit object, low-S signatures, the block of
/// each created record, and the size of `#sync` messages, are in `CommitVerifierTests` and
/// `SyncStateTests`.
@Suite struct ValidationTests {
  typealias Change = @Sendable (inout CommitMessage) -> Void

  /// A change that breaks a commit, why a strict relay drops it, and what a lenient relay relaxes to
  /// pass it on, if it does.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var reason: SyncRejection.Reason
    var relaxations: [SyncRelaxation]
    var change: Change

    init(
      _ name: String,
      _ reason: SyncRejection.Reason,
      relaxed relaxations: SyncRelaxation...,
      change: @escaping Change
    ) {
      self.name = name
      self.reason = reason
      self.relaxations = relaxations
      self.change = change
    }

    var testDescription: String { name }
  }

  static let cases: [Case] = [
    // "services should verify #commit and #sync message fields against the actual signed commit
    // object"
    Case("another rev", .fieldMismatch) { $0.rev = later(10) },
    Case("another commit", .fieldMismatch) { $0.commit = anyCID },
    // "using record operation MST inversion"
    Case("an operation is missing", .inversionMismatch, relaxed: .inversionMismatch) {
      $0.operations.removeLast()
    },
    Case("another prevData", .inversionMismatch, relaxed: .inversionMismatch, .chainBroken) {
      $0.prevData = anyCID
    },
    Case("no prevData", .missingPrevData, relaxed: .missingPrevData) { $0.prevData = nil },
    Case("another record", .missingBlock, relaxed: .missingRecord, .inversionMismatch) {
      $0.operations[0].cid = anyCID
    },
    // "reject any event messages which exceed reasonable size limits"
    Case("blocks of more than 2,000,000 bytes", .tooLarge) {
      $0.blocks += [UInt8](repeating: 0, count: 2_000_000)
    },
    Case("more than 200 operations", .tooLarge, relaxed: .tooManyOperations, .inversionMismatch) {
      message in
      message.operations = (0..<201).map { number in
        CommitMessage.Operation(
          action: "create",
          path: "app.example.post/a\(number)",
          cid: message.operations[0].cid,
          prev: nil
        )
      }
    },
    // "Missing fields, incorrect MST structure, or other protocol-layer violations"
    Case("blocks that are not a CAR file", .malformedCAR) { $0.blocks = [1, 2, 3] },
    Case("no blocks", .malformedCAR) { $0.blocks = [] },
    Case("a truncated CAR file", .malformedCAR) { $0.blocks.removeLast() },
    Case("a rev that is not a TID", .malformed) { $0.rev = "yesterday" },
    Case("a path that is not valid", .malformed) { $0.operations[0].path = "no-slash" },
    Case("an unknown action", .malformed) { $0.operations[0].action = "rename" },
    // "services should check the since value in #commit events, and if it is not consistent with
    // the most recent rev for that DID, mark the repo as out-of-sync"
    Case("another since", .desynchronized, relaxed: .chainBroken) { $0.since = later(-5) },
  ]

  static let anyCID = CID(hashingDAGCBOR: [0xa0])

  static func later(_ seconds: Int) -> String {
    let time = Int(SimulatedAccount.now) - 60_000_000 + seconds * 1_000_000
    return TID(microseconds: UInt64(time), clockIdentifier: 3)!.string
  }

  /// The last event's outcome, and what the relay has sent and counted.
  struct Result {
    var outcome: String
    var output: [String]
    var rejections: [String: Int]
    var relaxations: [String: Int]
  }

  func result(of sample: Case, _ policy: SyncPolicy) async throws -> Result {
    let relay = try await PipelineFixture(policy: policy)
    let account = relay.makeAccount()
    #expect(await relay.send(account.lastCommit) == "accepted")
    // A broken chain waits for the repository, which cannot be fetched here.
    relay.lookups.fetchFailure = SyncFailure(.temporary, "test")
    var message = account.nextMessage()
    sample.change(&message)
    let outcome = await relay.send(.commit(message))
    let result = Result(
      outcome: outcome,
      output: relay.output(),
      rejections: relay.registry.counts("relay_validator_rejected_total"),
      relaxations: relay.registry.counts("relay_validator_passed_with_warning_total")
    )
    try await relay.stop()
    return result
  }

  @Test("strict relay rejects what the checklist rejects", arguments: cases)
  func strictRelayRejects(_ sample: Case) async throws {
    let result = try await result(of: sample, .relay)
    #expect(result.outcome == sample.reason.rawValue)
    #expect(!result.output.dropFirst().contains("commit"))
    #expect(result.rejections == [sample.reason.rawValue: 1])
    #expect(result.relaxations == [:])
  }

  @Test("lenient relay relaxes only what Sync 1.1 added", arguments: cases)
  func lenientRelayRelaxes(_ sample: Case) async throws {
    let result = try await result(of: sample, .lenientRelay)
    let isRelaxed = !sample.relaxations.isEmpty
    #expect(result.outcome == (isRelaxed ? "accepted" : sample.reason.rawValue))
    #expect(result.rejections == (isRelaxed ? [:] : [sample.reason.rawValue: 1]))
    #expect(
      result.relaxations
        == Dictionary(uniqueKeysWithValues: sample.relaxations.map { ($0.rawValue, 1) })
    )
  }

  @Test("ignores accounts without a functioning identity")
  func ignoresAccountsWithoutIdentity() async throws {
    let relay = try await PipelineFixture()
    let account = SimulatedAccount(pds: "https://\(PipelineFixture.host.name)")
    #expect(await relay.send(account.lastCommit) == "noIdentity")
    let gone = relay.makeAccount()
    relay.lookups.tombstone(gone)
    #expect(await relay.send(gone.lastCommit) == "tombstoned")
    #expect(await relay.send(gone.sync) == "tombstoned")
    #expect(relay.output() == [])
    try await relay.stop()
  }

  @Test("rejects events from a stream which does not correspond to the current account")
  func rejectsEventsOfOtherHosts() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    #expect(await relay.send(account.lastCommit, from: PipelineFixture.other) == "wrongHost")
    #expect(await relay.send(account.sync, from: PipelineFixture.other) == "wrongHost")
    #expect(await relay.send(account.lastCommit) == "accepted")
    try await relay.stop()
  }

  @Test("ignores events of accounts which are not active")
  func ignoresInactiveAccounts() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    _ = await relay.send(account.become(.inactive("deactivated")))
    #expect(await relay.send(account.commit()) == "inactive")
    #expect(await relay.send(account.sync) == "inactive")
    #expect(relay.lookups.count("status") == 1)
    #expect(relay.output() == ["commit", "account deactivated"])
    try await relay.stop()
  }

  @Test("notices a reactivation whose event did not arrive")
  func noticesAMissedReactivation() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    _ = await relay.send(account.become(.inactive("deactivated")))
    account.status = .active
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(
      relay.output() == ["commit", "account deactivated", "account active", "commit"]
    )
    try await relay.stop()
  }

  @Test("refreshes the identity if the signature fails, then rejects", arguments: Curve.allCases)
  func rejectsInvalidSignatures(_ curve: Curve) async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount(curve: curve)
    _ = await relay.send(account.lastCommit)
    let key = account.key
    account.key = PrivateKey(generating: curve)
    let forged = (account.commit(), account.sync)
    account.key = key
    #expect(await relay.send(forged.0) == "badSignature")
    #expect(await relay.send(forged.1) == "badSignature")
    try await relay.stop()
  }

  @Test("ignores a rev lower or equal to the last, and rejects one in the future")
  func rejectsOldAndFutureRevs() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    let first = account.lastCommit
    _ = await relay.send(first)
    #expect(await relay.send(first) == "revNotNewer")
    #expect(await relay.send(account.sync) == "revNotNewer")
    let future = SimulatedAccount(
      pds: "https://\(PipelineFixture.host.name)",
      start: relay.clock.now + 301_000_000
    )
    relay.lookups.add(future)
    #expect(await relay.send(future.lastCommit) == "revInFuture")
    try await relay.stop()
  }

  @Test("fetches the repository if prevData does not match, and announces it with #sync")
  func healsABrokenChain() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    _ = account.commit([SimulatedAccount.create("app.example.lost", 1)])
    // The fetched repository contains the commit already.
    #expect(await relay.send(account.commit()) == "revNotNewer")
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(relay.output() == ["commit", "sync", "commit"])
    let row = try #require(try await relay.row(of: account))
    #expect(row.rev == account.head.rev && row.data == account.head.data)
    #expect(row.phase == .synchronized)
    try await relay.writer.drain()
    let collections = try await relay.store.read { try $0.collections.collections(of: row.id) }
    #expect(
      Set(collections.map(\.string)) == [
        "app.example.first", "app.example.lost", "app.example.post",
      ]
    )
    try await relay.stop()
  }

  @Test("announces an account whose repository cannot be fetched, and its recovery")
  func announcesDesynchronization() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    relay.lookups.fetchFailure = SyncFailure(.temporary, "test")
    _ = account.commit()
    #expect(await relay.send(account.commit()) == "desynchronized")
    #expect(await relay.send(account.commit()) == "desynchronized")
    relay.lookups.fetchFailure = nil
    relay.advance(by: 61)
    #expect(
      try await until { try await relay.row(of: account)?.phase == .synchronized }
    )
    #expect(await relay.send(account.commit()) == "accepted")
    #expect(
      relay.output() == [
        "commit", "account desynchronized", "sync", "account active", "commit",
      ]
    )
    try await relay.stop()
  }

  @Test("continues after a restart with repositories that are missing")
  func resumesAfterARestart() async throws {
    let first = try await PipelineFixture()
    let account = first.makeAccount()
    _ = await first.send(account.lastCommit)
    first.lookups.fetchFailure = SyncFailure(.temporary, "test")
    _ = account.commit()
    #expect(await first.send(account.commit()) == "desynchronized")
    try await first.stop()
    let second = try await PipelineFixture(store: first.store)
    second.lookups.add(account)
    try await second.intake.start()
    #expect(
      try await until { try await second.row(of: account)?.rev == account.head.rev }
    )
    #expect(try await until { second.output() == ["sync", "account active"] })
    try await second.stop()
  }

  @Test("a record that is larger than the limit is rejected")
  func rejectsLargeRecords() async throws {
    #expect(SyncPolicy.relay.verifier.limits.commit.record == 1_000_000)
    for var policy in [SyncPolicy.relay, .lenientRelay] {
      policy.verifier.limits.commit.record = 1000
      let relay = try await PipelineFixture(policy: policy)
      let account = relay.makeAccount()
      _ = await relay.send(account.lastCommit)
      var record: DataValue = ["$type": "app.example.post"]
      record["text"] = .string(String(repeating: "a", count: 1001))
      let message = account.nextMessage([
        .create(try RepoPath("app.example.post/large"), record: record.cborBytes())
      ])
      #expect(await relay.send(.commit(message)) == "tooLarge")
      try await relay.stop()
    }
  }

  /// "`time` (string with datetime syntax, required)". Consumers may parse it strictly.
  @Test(
    "an event whose time is not a datetime is rejected, unless the relay is lenient",
    arguments: ["", "yesterday", "2026-11-30", "2026-11-30 09:00:00Z", "2026-11-30T09:00:00"]
  )
  func rejectsMalformedTimes(_ time: String) async throws {
    let policies: [(SyncPolicy, outcome: String, rejections: [String: Int], passed: [String: Int])]
    policies = [
      (.relay, "malformed", ["malformed": 3], [:]),
      (.lenientRelay, "accepted", [:], ["malformedTime": 3]),
    ]
    for (policy, outcome, rejections, passed) in policies {
      let relay = try await PipelineFixture(policy: policy)
      let account = relay.makeAccount()
      #expect(await relay.send(account.lastCommit, time: time) == outcome)
      #expect(await relay.send(account.identity, time: time) == outcome)
      #expect(await relay.send(account.account, time: time) == outcome)
      #expect(await relay.send(account.commit(), time: "2026-11-30T10:00:00+01:00") == "accepted")
      #expect(relay.registry.counts("relay_validator_rejected_total") == rejections)
      #expect(relay.registry.counts("relay_validator_passed_with_warning_total") == passed)
      try await relay.stop()
    }
  }

  @Test("relays do not validate records against lexicons")
  func acceptsRecordsOfAnyKind() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    _ = await relay.send(account.lastCommit)
    let record: DataValue = ["$type": "app.bsky.feed.post", "text": 42]
    let commit = account.commit([
      .create(try RepoPath("app.bsky.feed.post/odd"), record: record.cborBytes())
    ])
    #expect(await relay.send(commit) == "accepted")
    try await relay.stop()
  }

  @Test("an event whose did is not a DID is rejected")
  func rejectsMalformedDIDs() async throws {
    let relay = try await PipelineFixture()
    for did in ["", "did:", "at://did:plc:a", String(repeating: "d", count: 3000)] {
      let message = AccountMessage(did: did, isActive: true, status: nil)
      #expect(await relay.send(.account(message)) == "malformed")
    }
    let dropped = try #require(relay.intake.droppedEvents.recent(10).first)
    #expect(dropped.did.utf8.count == 64)
    #expect(dropped.host == PipelineFixture.host.name)
    try await relay.stop()
  }

  @Test("frames pass with their bytes, except for the number")
  func framesPassVerbatim() async throws {
    let relay = try await PipelineFixture()
    let account = relay.makeAccount()
    var bytes = SimulatedFrame.event(account.lastCommit, sequence: 1)
    relay.submit(account.lastCommit)
    #expect(try await until { relay.frames.count == 1 })
    let stored = relay.log.records(after: 0, maximumBytes: .max)[0]
    #expect(stored.frame == bytes)
    bytes = SimulatedFrame.event(account.lastCommit, sequence: 2)
    #expect(stored.frame != bytes)
    #expect(stored.operationCount == 1)
    try await relay.stop()
  }
}
