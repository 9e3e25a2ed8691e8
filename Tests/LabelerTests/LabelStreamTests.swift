import ATProtoCrypto
import ATProtoLabels
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC
import XRPCServer

@testable import Labeler

@Suite struct LabelStreamTests {
  private static let alice = "did:plc:alice"
  private static let bob = "did:plc:bob"

  @Test func cursorZeroReplaysEverything() async throws {
    let fixture = try LabelFixture()
    try await fixture.apply((1...5_000).map { LabelChange(uri: "did:web:a\($0).test", value: "v") })
    let events = try await fixture.events(after: 0, 5_000)
    #expect(events.map(\.name) == (1...5_000).map { "\($0) did:web:a\($0).test v" })
    for case .labels(let event) in events.prefix(10) {
      #expect(event.labels.count == 1)
      #expect(event.labels[0].hasValidSignature(by: fixture.key.publicKey))
    }
    #expect(try await fixture.events(after: 4_998, 2).map(\.name).last?.hasPrefix("5000 ") == true)
  }

  @Test func labelArrivesLive() async throws {
    let fixture = try LabelFixture()
    try await fixture.add(Self.alice, "before")
    var live = try await fixture.handler.subscribe(cursor: nil).frames().makeAsyncIterator()
    var replay = try await fixture.handler.subscribe(cursor: 1).frames().makeAsyncIterator()
    try await fixture.add(Self.alice, "spam")
    for frame in [try await live.next(), try await replay.next()] {
      let message = try LabelFixture.message(#require(frame))
      #expect(message.name == "2 \(Self.alice) spam")
    }
    // Both methods return the same label.
    let label = try #require(try await fixture.query([Self.alice]).labels.last)
    let event = try await fixture.events(after: 1, 1).first
    #expect(event == .labels(ComAtproto.Label.SubscribeLabels.Labels(seq: 2, labels: [label])))
  }

  /// "Labels which have been negated have the original label removed from the stream, but the
  /// negation remains" (Label specification, "Label Distribution Endpoints").
  @Test func retractedLabelLeavesTheStreamAndItsNegationStays() async throws {
    let fixture = try LabelFixture()
    // A live subscriber, so that everything is in memory.
    var live = try await fixture.handler.subscribe(cursor: nil).frames().makeAsyncIterator()
    func receive(_ sequences: ClosedRange<Int>) async throws {
      for sequence in sequences {
        let frame = try #require(try await live.next())
        let name = try LabelFixture.message(frame).name
        #expect(name.hasPrefix("\(sequence) "))
      }
    }
    // What is retracted before it is read is not sent.
    try await fixture.add(Self.alice, "spam", "rude")
    try await receive(1...2)
    try await fixture.add(Self.bob, "spam")
    try await fixture.negate(Self.alice, "spam")
    try await receive(3...4)
    for cursor in 0...1 {
      #expect(
        try await fixture.events(after: cursor, 3).map(\.name) == [
          "2 \(Self.alice) rude", "3 \(Self.bob) spam", "4 -\(Self.alice) spam",
        ]
      )
    }
    // A label that is created again replaces the negation.
    try await fixture.add(Self.alice, "spam")
    #expect(
      try await fixture.events(after: 0, 3).map(\.name) == [
        "2 \(Self.alice) rude", "3 \(Self.bob) spam", "5 \(Self.alice) spam",
      ]
    )
  }

  @Test func cursorAheadGetsFutureCursor() async throws {
    let fixture = try LabelFixture()
    for cursor in [1, 2, .max] {
      await #expect(throws: XRPCServerError(status: .badRequest, name: "FutureCursor")) {
        try await fixture.handler.subscribe(cursor: cursor)
      }
    }
    try await fixture.add(Self.alice, "spam")
    _ = try await fixture.handler.subscribe(cursor: 1)
    await #expect(throws: XRPCServerError(status: .badRequest, name: "FutureCursor")) {
      try await fixture.handler.subscribe(cursor: 2)
    }
  }

  @Test(arguments: [-1, Int.min])
  func negativeCursorIsRefused(_ cursor: Int) async throws {
    let fixture = try LabelFixture()
    // Before the upgrade: as an HTTP response.
    await #expect(throws: ParameterError.self) {
      try await fixture.handler.subscribe(cursor: cursor)
    }
  }

  @Test func cursorBeforeTheWindowGetsOutdatedCursor() async throws {
    let fixture = try LabelFixture(replayWindow: .seconds(60))
    let start = LabelFixture.start
    try await fixture.add(Self.alice, "a", "b", at: start - 120_000)
    try await fixture.add(Self.alice, "c", at: start - 61_000)
    try await fixture.add(Self.alice, "d", at: start - 59_000)
    try await fixture.add(Self.alice, "e", at: start)
    #expect(try await fixture.log.window() == 4...5)
    let outdated = try await fixture.events(after: 1, 3)
    #expect(outdated.map(\.name) == ["info", "4 \(Self.alice) d", "5 \(Self.alice) e"])
    guard case .info(let info) = outdated[0] else { throw UnexpectedFrame() }
    #expect(info.name == .outdatedCursor)
    // Everything that is left is asked for with 0, and nothing was missed after 3.
    for cursor in [0, 3] {
      #expect(try await fixture.events(after: cursor, 1).map(\.name) == ["4 \(Self.alice) d"])
    }
  }

  /// The numbers of labels that were replaced are no reason for a warning.
  @Test func gapIsNotOutdated() async throws {
    let fixture = try LabelFixture(replayWindow: .seconds(60))
    for _ in 0..<10 { try await fixture.add(Self.alice, "a", at: LabelFixture.start) }
    #expect(try await fixture.events(after: 2, 1).map(\.name) == ["10 \(Self.alice) a"])
  }

  @Test func lastLabelIsReplayedHoweverOldItIs() async throws {
    let fixture = try LabelFixture(replayWindow: .seconds(60))
    try await fixture.add(Self.alice, "a", "b", at: LabelFixture.start - 120_000)
    #expect(try await fixture.log.window() == 2...2)
    #expect(try await fixture.events(after: 0, 1).map(\.name) == ["2 \(Self.alice) b"])
  }

  @Test func slowConsumerIsClosed() async throws {
    var streams = LabelHandler.streams
    streams.maximumFrames = 4
    let fixture = try LabelFixture(streams: streams)
    var slow = try await fixture.handler.subscribe(cursor: nil).frames().makeAsyncIterator()
    try await fixture.add(Self.alice, "a")
    _ = try await slow.next()
    var changes = fixture.handler.broadcast.ringChanges().makeAsyncIterator()
    // One transaction, so all of it is in memory at the next change.
    try await fixture.apply((0..<20).map { LabelChange(uri: Self.bob, value: "v\($0)") })
    await changes.next()
    let frame = try #require(try await slow.next())
    #expect(
      try EventStreamFrame(bytes: frame)
        == .error(
          XRPCErrorBody(name: "ConsumerTooSlow", message: "the stream is read too slowly")
        )
    )
    #expect(try await slow.next() == nil)
    // It continues from its cursor.
    #expect(try await fixture.events(after: 1, 20).count == 20)
  }
}
