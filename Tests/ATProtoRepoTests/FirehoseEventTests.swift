import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

@Suite struct FirehoseEventTests {
  private static func event(_ type: String, _ payload: DataValue) throws -> FirehoseEvent {
    try FirehoseEvent(frame: FirehoseFrames.frame(type, payload))
  }

  // MARK: Messages

  @Test("a #commit message is read completely")
  func commit() throws {
    let sample = FirehoseFrames.sampleCommit
    let event = try Self.event("#commit", FirehoseFrames.commit(sample, sequence: 7))
    #expect(event.sequence == 7 && event.did == sample.repo && event.time == FirehoseFrames.time)
    guard case .commit(let message) = event.content else { throw SyncError(.malformedMessage, "") }
    #expect(message.repo == sample.repo && message.rev == sample.rev)
    #expect(message.since == sample.since && message.commit == sample.commit)
    #expect(message.blocks == sample.blocks && message.operations == sample.operations)
    #expect(message.prevData == sample.prevData)
    let head = CommitVerifierTests.sample.head
    _ = try CommitVerifierTests.verify(message, CommitVerifierTests.account(head))
  }

  @Test("the first commit has neither since nor prevData")
  func firstCommit() throws {
    let sample = CommitVerifierTests.message(SyncAccountFixture().first)
    let event = try Self.event("#commit", FirehoseFrames.commit(sample, sequence: 1))
    guard case .commit(let message) = event.content else { throw SyncError(.malformedMessage, "") }
    #expect(message.since == nil && message.prevData == nil)
    _ = try CommitVerifierTests.verify(message, CommitVerifierTests.account(nil))
  }

  @Test("a #sync message is read completely")
  func sync() throws {
    let sample = FirehoseFrames.sampleSync
    let event = try Self.event("#sync", FirehoseFrames.sync(sample, sequence: 1 << 40))
    #expect(event.sequence == 1 << 40 && event.did == sample.did)
    guard case .sync(let message) = event.content else { throw SyncError(.malformedMessage, "") }
    #expect(message.did == sample.did && message.rev == sample.rev)
    #expect(message.blocks == sample.blocks)
  }

  @Test("#identity and #account messages are read completely")
  func identityAndAccount() throws {
    var payload = FirehoseFrames.identity(sequence: 1)
    let did = Fixture.did.string
    guard case .identity(let identity) = try Self.event("#identity", payload).content else {
      throw SyncError(.malformedMessage, "")
    }
    #expect(identity == IdentityMessage(did: did, handle: "alice.example.com"))
    payload["handle"] = nil
    guard case .identity(let silent) = try Self.event("#identity", payload).content else {
      throw SyncError(.malformedMessage, "")
    }
    #expect(silent == IdentityMessage(did: did, handle: nil))
    payload = FirehoseFrames.account(sequence: 1)
    guard case .account(let account) = try Self.event("#account", payload).content else {
      throw SyncError(.malformedMessage, "")
    }
    #expect(account == AccountMessage(did: did, isActive: false, status: "deactivated"))
  }

  @Test("#info and errors are not numbered")
  func unnumberedFrames() throws {
    let info = try Self.event("#info", ["name": "OutdatedCursor", "message": "too old"])
    guard case .info("OutdatedCursor", "too old") = info.content else {
      throw SyncError(.malformedMessage, "")
    }
    let error = try FirehoseEvent(
      frame: FirehoseFrames.frame(["op": -1], ["error": "FutureCursor"])
    )
    guard case .error("FutureCursor", nil) = error.content else {
      throw SyncError(.malformedMessage, "")
    }
    for event in [info, error] {
      #expect(event.sequence == nil && event.did == "" && event.time == "" && event.frame == nil)
    }
  }

  @Test(
    "an unknown operation or type is ignored, whatever follows",
    arguments: [["op": 2], ["op": 0, "t": "#commit"], ["op": -2], ["op": 1, "t": "#future"]]
      as [DataValue]
  )
  func unknownFramesAreIgnored(_ header: DataValue) throws {
    for payload in [[], [0xff], DataValue.object(["seq": 1]).cborBytes()] as [[UInt8]] {
      let event = try FirehoseEvent(frame: header.cborBytes() + payload)
      guard case .unknown = event.content else { throw SyncError(.malformedMessage, "") }
      #expect(event.sequence == nil && event.frame == nil)
    }
  }

  @Test("unknown fields are ignored, in the header too", arguments: 0..<4)
  func unknownFieldsAreIgnored(index: Int) throws {
    var (type, payload) = FirehoseFrames.samples(sequence: 5)[index]
    payload["a"] = ["b": [1, nil, true, .bytes(Bytes([0])), .link(Fixture.value(1))]]
    payload["zzzzzzzzzzzz"] = "last"
    let header: DataValue = ["op": 1, "t": .string(type), "zip": ["x": 1]]
    let event = try FirehoseEvent(frame: FirehoseFrames.frame(header, payload))
    #expect(event.sequence == 5 && event.did == Fixture.did.string)
    if case .malformed = event.content { Issue.record("\(event.content)") }
  }

  /// "Unsupported CID hash types … should probably be ignored by relays."
  @Test("CIDs of other kinds are not errors of the encoding")
  func foreignCIDsAreRead() throws {
    var payload = FirehoseFrames.commit(FirehoseFrames.sampleCommit, sequence: 5)
    let foreign = try CID("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n")
    payload["blobs"] = [.link(foreign)]
    guard case .commit = try Self.event("#commit", payload).content else {
      throw SyncError(.malformedMessage, "")
    }
  }

  // MARK: Malformed messages

  @Test("a missing field or one of another type makes a message malformed", arguments: 0..<4)
  func malformedMessagesAreNotErrors(index: Int) throws {
    let (type, payload) = FirehoseFrames.samples(sequence: 5)[index]
    for key in payload.object!.keys where key != "seq" {
      var changed = payload
      changed[key] = ["an": "object"]
      try expectMalformed(Self.event(type, changed), key)
      if ["prevData", "handle", "status"].contains(key) { continue }
      changed[key] = nil
      try expectMalformed(Self.event(type, changed), key)
    }
  }

  private func expectMalformed(_ event: FirehoseEvent, _ key: String) {
    guard case .malformed(let reason) = event.content else {
      Issue.record("\(key): \(event.content)")
      return
    }
    #expect(reason.contains(key))
    #expect(event.sequence == 5 && event.frame != nil)
    #expect(event.did == (["did", "repo"].contains(key) ? "" : Fixture.did.string))
  }

  @Test("malformed operations make a message malformed")
  func malformedOperationsAreNotErrors() throws {
    for operation in [
      5, [:], ["action": "create", "path": "a/b"], ["action": "create", "cid": nil],
      ["action": "delete", "path": "a/b", "cid": nil, "prev": nil],
    ] as [DataValue] {
      var payload = FirehoseFrames.commit(FirehoseFrames.sampleCommit, sequence: 5)
      payload["ops"] = [operation]
      try expectMalformed(Self.event("#commit", payload), "ops")
    }
  }

  @Test("a time of more than 64 bytes makes a message malformed")
  func longTimesAreMalformed() throws {
    var payload = FirehoseFrames.account(sequence: 5)
    payload["time"] = .string(String(repeating: "2", count: 64))
    guard case .account = try Self.event("#account", payload).content else {
      throw SyncError(.malformedMessage, "")
    }
    payload["time"] = .string(String(repeating: "2", count: 65))
    try expectMalformed(Self.event("#account", payload), "time")
  }
}
