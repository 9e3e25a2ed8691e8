import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// What a lenient service accepts with a warning.
@Suite struct SyncRelaxationTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var warning: SyncRelaxation
    var strict: SyncError.Code
    var name: String
    var change: @Sendable (inout CommitMessage, inout KnownAccount) throws -> Void

    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(warning: .missingPrevData, strict: .missingPrevData, name: "no prevData") { message, _ in
      message.prevData = nil
    },
    Case(warning: .missingPrevData, strict: .missingPrevData, name: "neither prevData nor prev") {
      message,
      _ in
      message.prevData = nil
      for index in message.operations.indices { message.operations[index].prev = nil }
    },
    Case(warning: .inversionMismatch, strict: .inversionMismatch, name: "a missing operation") {
      message,
      _ in
      message.operations.removeLast()
    },
    Case(warning: .inversionMismatch, strict: .inversionMismatch, name: "another prevData") {
      message,
      account in
      message.prevData = Fixture.value(1)
      account.head?.data = Fixture.value(1)
    },
    Case(warning: .inversionMismatch, strict: .missingBlock, name: "a missing node") {
      message,
      _ in
      message.blocks = CommitVerifierTests.slice(
        leavingOut: CommitVerifierTests.sample.result.commit.data
      )
    },
    Case(warning: .chainBroken, strict: .chainBroken, name: "another since") { message, _ in
      message.since = Fixture.tid(9).string
    },
    Case(warning: .missingRecord, strict: .missingBlock, name: "a missing record") { message, _ in
      message.blocks = CommitVerifierTests.slice(leavingOut: message.operations[0].cid)
    },
  ]

  private static let lenient = CommitVerifier(relaxations: Set(SyncRelaxation.allCases))

  @Test("a relaxed failure is a warning, and an error without its relaxation", arguments: cases)
  func relaxedFailureIsAWarning(_ sample: Case) throws {
    var message = CommitVerifierTests.message(CommitVerifierTests.sample.result)
    var account = CommitVerifierTests.account(CommitVerifierTests.sample.head)
    try sample.change(&message, &account)
    let now = CommitVerifierTests.now
    let verified = try Self.lenient.verify(message, for: account, now: now)
    #expect(verified.warnings == [sample.warning])
    #expect(verified.commit == CommitVerifierTests.sample.result.commit)
    for relaxation in SyncRelaxation.allCases {
      let verifier = CommitVerifier(relaxations: [relaxation])
      if relaxation == sample.warning {
        _ = try verifier.verify(message, for: account, now: now)
      } else {
        #expect(throws: SyncError(sample.strict, "")) {
          try verifier.verify(message, for: account, now: now)
        }
      }
    }
  }

  @Test("more operations than the limit can be relaxed")
  func operationsCanBeRelaxed() throws {
    let writes = (0..<201).map { RecordWrite.create(Fixture.path($0), record: Fixture.record($0)) }
    let (_, result) = try Repository.create(
      Fixture.did,
      writes: writes,
      rev: Fixture.tid(0),
      key: Fixture.key,
      limits: .unlimited,
      store: MemoryBlockStore()
    )
    let message = CommitVerifierTests.message(result)
    let account = CommitVerifierTests.account(nil)
    #expect(throws: SyncError(.tooLarge, "")) { try CommitVerifierTests.verify(message, account) }
    let verifier = CommitVerifier(relaxations: [.tooManyOperations])
    let verified = try verifier.verify(message, for: account, now: CommitVerifierTests.now)
    #expect(verified.warnings == [.tooManyOperations] && verified.operations.count == 201)
  }

  @Test("a message without failures does not have warnings")
  func validMessageHasNoWarnings() throws {
    let message = CommitVerifierTests.message(CommitVerifierTests.sample.result)
    let account = CommitVerifierTests.account(CommitVerifierTests.sample.head)
    let verified = try Self.lenient.verify(message, for: account, now: CommitVerifierTests.now)
    #expect(verified.warnings.isEmpty)
  }

  /// Everything that is not named by a relaxation.
  @Test(
    "what is not relaxed is rejected by a lenient service too",
    arguments: CommitVerifierTests.cases.filter { sample in
      ![.chainBroken, .inversionMismatch, .missingBlock, .missingPrevData].contains(sample.code)
        && sample.name != "too many operations"
    }
  )
  func otherFailuresAreErrors(_ sample: CommitVerifierTests.Case) throws {
    var message = CommitVerifierTests.message(CommitVerifierTests.sample.result)
    var account = CommitVerifierTests.account(CommitVerifierTests.sample.head)
    try sample.change(&message, &account)
    #expect(throws: SyncError(sample.code, "")) {
      try Self.lenient.verify(message, for: account, now: CommitVerifierTests.now)
    }
  }

  @Test("a missing commit is not relaxed")
  func missingCommitIsAnError() {
    var message = CommitVerifierTests.message(CommitVerifierTests.sample.result)
    let account = CommitVerifierTests.account(CommitVerifierTests.sample.head)
    message.blocks = CommitVerifierTests.slice(leavingOut: message.commit)
    #expect(throws: SyncError(.missingBlock, "")) {
      try Self.lenient.verify(message, for: account, now: CommitVerifierTests.now)
    }
  }
}
