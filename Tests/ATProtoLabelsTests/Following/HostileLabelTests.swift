import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPC

/// Labels from outside: none of this may stop a follower, or use memory without bound.
@Suite struct HostileLabelTests {
  @Test func frameWithAMillionLabelsIsSkipped() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      // A million empty objects, and a header that claims more than there are.
      for count in [1_000_000, 0xFFFF_FFFF] as [UInt32] {
        connection.frames.yield(Self.frame(claiming: count, elements: 1_000_000))
      }
      connection.frames.yield([0xFF])
      connection.frames.yield([])
      try await followed.wait { if case .unreadable = $0 { true } else { false } }
      try connection.send(1, labeler.label("after"))
      try await followed.wait(forCursor: 1)
      #expect(followed.values(labeler) == ["after"])
    }
  }

  /// `{op: 1, t: "#labels"}` and `{seq: 1, labels: […]}`.
  private static func frame(claiming count: UInt32, elements: Int) -> [UInt8] {
    var bytes: [UInt8] = [0xA2, 0x61, 0x74, 0x67] + "#labels".utf8 + [0x62, 0x6F, 0x70, 0x01]
    bytes += [0xA2, 0x63] + "seq".utf8 + [0x01, 0x66] + "labels".utf8 + [0x9A]
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    return bytes + [UInt8](repeating: 0xA0, count: elements)
  }

  @Test func labelsWithHostileFieldsAreDropped() async throws {
    let labeler = TestLabeler()
    let long = String(repeating: "x", count: 1 << 20)
    let subjects = [
      "at://\(Sample.author)/app.bsky.feed.post/\(long)", "javascript:alert(1)", "", long,
      "at://\(Sample.author)/../../etc/passwd", "did:plc:\u{0}",
    ]
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      for (index, subject) in subjects.enumerated() {
        try connection.send(index + 1, labeler.label(on: subject))
      }
      var padded = labeler.label("padded")
      padded.unknownFields = ["padding": .string(long)]
      try connection.send(100, labeler.label(long), padded)
      try await followed.wait(forCursor: 100)
      for subject in subjects { #expect(followed.values(on: subject, labeler).isEmpty) }
      let stored = followed.index.labels(on: [Sample.post], from: [labeler.did])
      #expect(stored.map(\.val) == ["padded"] && stored.allSatisfy(\.unknownFields.isEmpty))
    }
  }

  @Test func numberOfValuesOfASubjectIsBounded() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      try connection.send(1, (0..<500).map { labeler.label("value\($0)") })
      try await followed.wait(forCursor: 1)
      #expect(followed.values(labeler).count == 200)
    }
  }

  /// A labeler that signs with a wrong key costs one lookup a minute, and does not hold up other labelers.
  @Test func wrongSignaturesCostOneLookupPerPause() async throws {
    let labeler = TestLabeler()
    try await FollowedLabeler.run(labeler) { followed in
      let connection = try await followed.stream.next()
      let forged = TestLabeler().label()
      for sequence in 1...600 { try connection.send(sequence, forged) }
      try connection.send(601, labeler.label("own"))
      try await followed.wait {
        if case .applied(_, 601) = $0 { true } else { false }
      }
      // One for the service, and one for each time that all waiting labels were judged.
      #expect(followed.directory.lookups.count < 100)
      #expect(followed.values(labeler) == ["own"])
    }
  }
}
