import ATProtoCrypto
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing

@Suite struct LabelFollowerTests {
  private static let stream = "https://labeler.example.com/xrpc/com.atproto.label.subscribeLabels"

  @Test func followingBeginsWithTheOldestLabel() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      #expect(connection.url == "\(Self.stream)?cursor=0")
      try connection.send(3, labeler.label("one"), labeler.label("two"))
      try await followed.wait(forCursor: 3)
      #expect(followed.values(labeler) == ["one", "two"])
    }
  }

  @Test func followingContinuesAfterTheCursor() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let first = try await followed.stream.next()
      try first.send(3, labeler.label("one"))
      try await followed.wait(forCursor: 3)
      first.frames.finish()
      let second = try await followed.stream.next()
      #expect(second.url == "\(Self.stream)?cursor=3")
      try second.send(4, labeler.label("two"))
      try await followed.wait(forCursor: 4)
      #expect(followed.values(labeler) == ["one", "two"])
    }
  }

  /// "If there is [an updated signing key], validation should be retried", even if the key changes
  /// right after a lookup.
  @Test func rotationAfterAForcedLookupLosesNoLabel() async throws {
    var labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      try connection.send(1, labeler.label("one"), TestLabeler().label("forged"))
      try await followed.wait(forCursor: 1)
      let lookups = followed.directory.lookups.count
      labeler.key = PrivateKey(generating: .p256)
      followed.directory.publish(labeler.document())
      try connection.send(2, labeler.label("two"))
      try connection.send(3, labeler.label("three"))
      try await followed.wait { if case .waiting = $0 { true } else { false } }
      try await followed.wait(forCursor: 3)
      #expect(followed.values(labeler) == ["one", "three", "two"])
      #expect(followed.directory.lookups.count == lookups + 1)
    }
  }

  @Test func cursorWaitsForAnUnreachableIdentity() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      // The directory answers again after a few pauses.
      if followed.directory.lookups.count > 3 { followed.directory.isDown = false }
      #expect(followed.index.cursor(of: labeler.did) == nil)
    } _: { followed in
      let connection = try await followed.stream.next()
      followed.directory.isDown = true
      try connection.send(1, labeler.label("one"))
      try await followed.wait { if case .waiting = $0 { true } else { false } }
      try await followed.wait(forCursor: 1)
      #expect(followed.values(labeler) == ["one"])
    }
  }

  @Test func labelsOfOthersAndForgeriesAreDropped() async throws {
    let labeler = TestLabeler()
    let other = TestLabeler("other")
    try await FollowedLabeler.run(labeler) { followed in
      followed.directory.publish(other.document())
      let connection = try await followed.stream.next()
      try connection.send(1, other.label("foreign"), TestLabeler().label("forged"))
      try connection.send(2, labeler.label("own"))
      for code in [LabelError.Code.source, .signature] {
        try await followed.wait {
          if case .rejected(let error) = $0 { error.code == code } else { false }
        }
      }
      try await followed.wait(forCursor: 2)
      #expect(followed.values(labeler) == ["own"] && followed.values(other).isEmpty)
    }
  }

  /// After a labeler was restored from a backup, all of its events are read again.
  @Test func futureCursorStartsOver() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let first = try await followed.stream.next()
      try first.send(7, labeler.label("one"))
      try await followed.wait(forCursor: 7)
      first.frames.finish()
      try await followed.stream.next().fail("FutureCursor")
      let third = try await followed.stream.next()
      #expect(third.url == "\(Self.stream)?cursor=0")
      try third.send(1, labeler.label("two"))
      try await followed.wait(forCursor: 1)
      #expect(followed.values(labeler) == ["one", "two"])
    }
  }

  @Test func manyEventsArriveInOrder() async throws {
    let labeler = TestLabeler()
    let label = labeler.label()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      for sequence in 1...1200 { try connection.send(sequence, label) }
      var cursors: [Int] = []
      try await followed.wait {
        guard case .applied(let count, let cursor) = $0 else { return false }
        #expect(count <= 500)
        cursors.append(cursor)
        return cursor == 1200
      }
      #expect(cursors == cursors.sorted() && cursors.count < 1200)
    }
  }

  /// From the stream to the response: the client names the labeler and sees its label.
  @Test func followedLabelIsHydratedAndEchoed() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      try connection.send(1, labeler.label("spam"))
      try await followed.wait(forCursor: 1)
      let fields: HTTPFields = [AcceptedLabelers.requestField: "did:plc:other, \(labeler.did)"]
      let accepted = try AcceptedLabelers.effective(fields, followed: [labeler.did])
      #expect(accepted.fieldValue == labeler.did.string)
      let subject = HydratedSubject(uri: Sample.post, cid: Sample.cid(1), author: Sample.author)
      let found = try await Hydration(index: followed.index).labels(on: [subject], for: accepted)
      #expect(found[Sample.post]?.labels.map(\.val) == ["spam"])
    }
  }
}
