import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import Testing

@Suite struct PLCLogTests {
  static let window: Int64 = 72 * 3600

  @Test func updateChangesTheState() throws {
    var fixture = try PLCFixture()
    try fixture.rename("bob.test", at: 1)
    let newKey = PrivateKey(generating: .p256)
    let rotation = try fixture.log.operation(signedBy: fixture.rotation) {
      $0.rotationKeys = [newKey.publicKey.didKey]
      $0.signingKey = newKey.publicKey
      $0.pds = "https://other.test"
    }
    try fixture.log.append(rotation, at: PLCFixture.time(2))
    #expect(fixture.log.data?.handle == "bob.test")
    #expect(fixture.log.data?.pds == "https://other.test")
    // The old keys are no longer valid.
    let late = try fixture.log.operation(signedBy: fixture.recovery)
    #expect(code(late, &fixture.log, 3) == .signature)
    try fixture.rename("carol.test", by: newKey, at: 4)
    #expect(fixture.log.entries.count == 4 && fixture.log.activeEntries.count == 4)
  }

  @Test func signatureByAnUnknownKeyIsRefused() throws {
    var fixture = try PLCFixture()
    for key in [fixture.stranger, fixture.signing] {
      let forged = try fixture.log.operation(signedBy: key) { $0.handle = "mallory.test" }
      #expect(code(forged, &fixture.log, 1) == .signature)
      let tombstone = try fixture.log.tombstone(signedBy: key)
      #expect(code(tombstone, &fixture.log, 1) == .signature)
    }
    #expect(fixture.log.entries.count == 1)
  }

  @Test func changedFieldInvalidatesTheSignature() throws {
    let fixture = try PLCFixture()
    var log = fixture.log
    let update = try log.operation(signedBy: fixture.rotation) { $0.handle = "bob.test" }
    for change in [
      ("alsoKnownAs", ["at://mallory.test"]), ("services", [:]), ("verificationMethods", [:]),
      ("rotationKeys", .array([.string(fixture.stranger.publicKey.didKey)])),
    ] as [(String, DataValue)] {
      var value = update.value
      value[change.0] = change.1
      #expect(code(try PLCOperation(value), &log, 1) == .signature, "\(change.0)")
    }
    try log.append(update, at: PLCFixture.time(1))
  }

  @Test func misorderedOperationsAreRefused() throws {
    var fixture = try PLCFixture()
    let first = try fixture.rename("bob.test", at: 10)
    let second = try fixture.rename("carol.test", at: 20)
    var replay = PLCLog(of: fixture.log.did)
    #expect(code(first, &replay, 0) == .genesisHash)
    try replay.append(fixture.genesis, at: PLCFixture.time(0))
    #expect(code(second, &replay, 20) == .misordered)
    #expect(code(fixture.genesis, &replay, 20) == .misordered)
    try replay.append(first, at: PLCFixture.time(10))
    // The same operation again would be a fork by a key of the same authority.
    #expect(code(first, &replay, 11) == .signature)
    #expect(code(second, &replay, 9) == .misordered)
    try replay.append(second, at: PLCFixture.time(20))
    #expect(replay == fixture.log)
  }

  @Test func genesisDeterminesTheDID() throws {
    let fixture = try PLCFixture()
    var other = PLCLog(of: "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    #expect(code(fixture.genesis, &other, 0) == .genesisHash)
    // Signed with a key that is not its own.
    let forged = PLCOperation(
      genesis: try #require(fixture.genesis.data),
      signedBy: fixture.stranger
    )
    var log = PLCLog(of: forged.did)
    #expect(code(forged, &log, 0) == .signature)
    let tombstone = PLCOperation(tombstoneAfter: fixture.genesis.cid, signedBy: fixture.rotation)
    #expect(code(tombstone, &log, 0) == .misordered)
    let later = PLCOperation(
      try #require(fixture.genesis.data),
      after: fixture.genesis.cid,
      signedBy: fixture.rotation
    )
    var wrong = PLCLog(of: later.did)
    #expect(code(later, &wrong, 0) == .misordered)
  }

  @Test func recoveryNullifiesLaterOperations() throws {
    var fixture = try PLCFixture()
    let theft = try fixture.rename("mallory.test", at: 10)
    let more = try fixture.rename("trent.test", at: 20)
    let rescue = try fixture.log.operation(after: fixture.genesis.cid, signedBy: fixture.recovery) {
      $0.rotationKeys.removeLast()
    }
    let nullified = try fixture.log.append(rescue, at: PLCFixture.time(30))
    #expect(nullified == [theft.cid, more.cid])
    #expect(fixture.log.entries.map(\.isNullified) == [false, true, true, false])
    #expect(fixture.log.data?.handle == "alice.test")
    // A nullified operation has no successor.
    let late = PLCOperation(
      try #require(theft.data),
      after: theft.cid,
      signedBy: fixture.recovery
    )
    #expect(code(late, &fixture.log, 40) == .misordered)
  }

  @Test func recoveryNeedsAKeyWithMoreAuthority() throws {
    var fixture = try PLCFixture()
    try fixture.rename("bob.test", by: fixture.recovery, at: 10)
    for key in [fixture.recovery, fixture.rotation, fixture.stranger] {
      let fork = try fixture.log.operation(after: fixture.genesis.cid, signedBy: key)
      #expect(code(fork, &fixture.log, 20) == .signature)
    }
  }

  /// "It is submitted within 72hrs of the to-be-invalidated operation", which is the first one.
  @Test func recoveryAfter72HoursIsRefused() throws {
    var fixture = try PLCFixture()
    try fixture.rename("mallory.test", at: 10)
    try fixture.rename("trent.test", at: 10 + Self.window - 5)
    let rescue = try fixture.log.operation(after: fixture.genesis.cid, signedBy: fixture.recovery)
    var late = fixture.log
    let oneTooMany = PLCFixture.time(10 + Self.window, milliseconds: 1)
    #expect(
      plcCode { () throws(PLCError) in try late.append(rescue, at: oneTooMany) } == .lateRecovery
    )
    // Nor can both have the same time.
    #expect(code(rescue, &late, 10 + Self.window - 5) == .misordered)
    #expect(late == fixture.log)
    try fixture.log.append(rescue, at: PLCFixture.time(10 + Self.window))
    #expect(fixture.log.activeEntries.count == 2)
  }

  @Test func onlyARecoveryFollowsATombstone() throws {
    var fixture = try PLCFixture()
    let tombstone = try fixture.log.tombstone(signedBy: fixture.rotation)
    try fixture.log.append(tombstone, at: PLCFixture.time(10))
    #expect(fixture.log.data == nil)
    #expect(
      plcCode { () throws(PLCError) in _ = try fixture.log.operation(signedBy: fixture.recovery) }
        == .deactivated
    )
    let after = PLCOperation(
      try #require(fixture.genesis.data),
      after: tombstone.cid,
      signedBy: fixture.recovery
    )
    #expect(code(after, &fixture.log, 20) == .deactivated)
    let rescue = try fixture.log.operation(after: fixture.genesis.cid, signedBy: fixture.recovery)
    #expect(try fixture.log.append(rescue, at: PLCFixture.time(20)) == [tombstone.cid])
    #expect(fixture.log.data?.handle == "alice.test")
  }

  @Test func signingKeyOfAnEntryIsFound() throws {
    var fixture = try PLCFixture()
    try fixture.rename("bob.test", by: fixture.recovery, at: 10)
    let signers = fixture.log.entries.map { fixture.log.signer(of: $0) }
    #expect(signers == [fixture.rotation.publicKey.didKey, fixture.recovery.publicKey.didKey])
  }

  // MARK: Audit logs

  /// A log with an update, a takeover, its recovery, and an update after that.
  static func history() throws -> PLCFixture {
    var fixture = try PLCFixture()
    let update = try fixture.rename("bob.test", at: 10)
    try fixture.rename("mallory.test", at: 20)
    let rescue = try fixture.log.operation(after: update.cid, signedBy: fixture.recovery)
    try fixture.log.append(rescue, at: PLCFixture.time(30))
    try fixture.rename("carol.test", at: 40)
    return fixture
  }

  @Test func validAuditLogIsVerified() throws {
    let log = try Self.history().log
    let again = try PLCLog(verifying: try DataValue(json: log.auditValue.jsonBytes()), of: log.did)
    #expect(again == log)
    #expect(again.entries.map(\.isNullified) == [false, false, true, false, false])
  }

  struct Lie: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: PLCError.Code
    var change: @Sendable (inout [DataValue]) -> Void

    init(
      _ name: String,
      _ code: PLCError.Code,
      _ change: @escaping @Sendable (inout [DataValue]) -> Void
    ) {
      testDescription = name
      self.code = code
      self.change = change
    }
  }

  @Test(arguments: [
    Lie("nothing", .falseLog) { $0 = [] },
    Lie("invalid entry", .falseLog) { $0[1] = "x" },
    Lie("without the genesis", .genesisHash) { $0.removeFirst() },
    Lie("without the update", .misordered) { $0.remove(at: 1) },
    Lie("without the recovery", .misordered) { $0.remove(at: 3) },
    Lie("wrong CID", .falseLog) { $0[2]["cid"] = $0[1]["cid"] },
    Lie("takeover not nullified", .falseLog) { $0[2]["nullified"] = false },
    Lie("recovery nullified", .falseLog) { $0[3]["nullified"] = true },
    Lie("update nullified", .falseLog) { $0[1]["nullified"] = true },
    Lie("takeover and recovery swapped", .misordered) { $0.swapAt(2, 3) },
    Lie("update and takeover swapped", .misordered) { $0.swapAt(1, 2) },
    Lie("repeated last entry", .signature) { $0.append($0[4]) },
    Lie("late recovery", .lateRecovery) {
      for index in 3...4 { $0[index]["createdAt"] = "2026-01-04T00:00:20.001Z" }
    },
    Lie("decreasing time", .misordered) { $0[4]["createdAt"] = "2026-01-01T00:00:29.000Z" },
    Lie("invalid time", .falseLog) { $0[4]["createdAt"] = "yesterday" },
    Lie("another DID", .falseLog) { $0[4]["did"] = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa" },
    Lie("changed handle", .falseLog) { $0[4]["operation"]?["alsoKnownAs"] = ["at://x.test"] },
    Lie("invalid operation", .malformed) { $0[4]["operation"]?["type"] = "plc_other" },
  ])
  func falseStatementsInAnAuditLogAreDetected(_ lie: Lie) throws {
    let log = try Self.history().log
    var lines = try #require(log.auditValue.array)
    lie.change(&lines)
    let audit = DataValue.array(lines)
    #expect(
      plcCode { () throws(PLCError) in _ = try PLCLog(verifying: audit, of: log.did) } == lie.code
    )
  }

  @Test func forgedOperationsInAnAuditLogAreRefused() throws {
    let fixture = try Self.history()
    let forged = try fixture.log.operation(signedBy: fixture.stranger) { $0.handle = "eve.test" }
    var lines = try #require(fixture.log.auditValue.array)
    lines.append([
      "did": .string(fixture.log.did.string), "operation": forged.value,
      "cid": .string(forged.cid.description), "nullified": false,
      "createdAt": "2026-01-02T00:00:00.000Z",
    ])
    let code = plcCode { () throws(PLCError) in
      _ = try PLCLog(verifying: .array(lines), of: fixture.log.did)
    }
    #expect(code == .signature)
  }

  /// Whatever a directory returns is either verified or rejected.
  @Test func mutatedAuditLogsAreRefusedWithoutATrap() throws {
    let log = try Self.history().log
    let bytes = log.auditValue.jsonBytes()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        mutated[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0x20...0x7E)
      }
      guard mutated != bytes, let value = try? DataValue(json: mutated),
        let found = try? PLCLog(verifying: value, of: log.did)
      else { continue }
      // Times are taken on the directory's word; everything else is proved.
      #expect(found.entries.map(\.operation) == log.entries.map(\.operation))
    }
  }

  private func code(
    _ operation: PLCOperation,
    _ log: inout PLCLog,
    _ seconds: Int64
  ) -> PLCError.Code? {
    var copy = log
    let code = plcCode { () throws(PLCError) in
      try copy.append(operation, at: PLCFixture.time(seconds))
    }
    // A rejected operation changes nothing.
    if code != nil { #expect(copy == log) }
    log = copy
    return code
  }
}
