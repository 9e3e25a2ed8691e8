import ATProtoCrypto
import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import SQLiteStorage
import Testing
import XRPC
import XRPCServer

@testable import Labeler

@Suite struct LabelTests {
  private static let subject = "did:plc:44ybard66vv44zksje25o7dz"

  @Test func labelIsSignedOverTheSpecifiedFields() async throws {
    let fixture = try LabelFixture()
    try await fixture.apply([
      LabelChange(uri: Self.subject, value: "spam"),
      LabelChange(
        uri: "at://\(Self.subject)/app.bsky.feed.post/3k",
        value: "rude",
        cid: "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae",
        isNegated: true,
        expiresAt: LabelFixture.start + 3_600_000
      ),
    ])
    let labels = try await fixture.query(["*"]).labels
    #expect(labels.count == 2)
    for label in labels {
      #expect(label.ver == 1 && label.src.string == LabelFixture.source.string)
      #expect(label.hasValidSignature(by: fixture.key.publicKey))
      try label.check()
    }
    let full = try #require(labels.first { $0.neg == true })
    #expect(full.exp?.string == "2026-11-30T13:00:00.000Z")
    #expect(full.cid != nil && full.neg == true)
    #expect(labels.first { $0.val == "spam" }?.neg == nil)
  }

  /// The stream does not use the generated encoder.
  @Test(arguments: [0, 23, 24, 255, 256, 65_535, 65_536, 1 << 32, (1 << 53) - 1])
  func frameHasTheGeneratedEncoding(_ sequence: Int) throws {
    let fixture = try LabelFixture()
    let encoding = LabelEncoding(source: LabelFixture.source)
    for fields in 0..<8 {
      let row = LabelRow(
        sequence: sequence,
        uri: "at://did:web:a.test/" + String(repeating: "a", count: sequence % 300),
        value: "spam",
        cid: fields & 1 == 0 ? nil : "bafyreib",
        isNegated: fields & 2 != 0,
        createdAt: LabelFixture.start + sequence % 1_000_000_007,
        expiresAt: fields & 4 == 0 ? nil : 1,
        key: 1,
        signature: [UInt8](0..<64)
      )
      let label = fixture.labels.label(row)
      #expect(encoding.signedBytes(of: row) == label.signedBytes)
      let frame = try ComAtproto.Label.SubscribeLabels.frame(
        .labels(ComAtproto.Label.SubscribeLabels.Labels(seq: sequence, labels: [label]))
      )
      #expect(encoding.frame(of: row) == frame)
    }
  }

  @Test func timesHaveMilliseconds() throws {
    for milliseconds in [
      0, 1, 999, 951_782_400_000, 951_868_799_999, LabelFixture.start, 4_107_542_400_000,
      LabelTime.maximum,
    ] {
      let instant = Datetime.Instant(
        seconds: Int64(milliseconds / 1_000),
        nanoseconds: Int32(milliseconds % 1_000) * 1_000_000
      )
      #expect(LabelTime.text(milliseconds) == Datetime(instant)?.string)
    }
  }

  /// Some consumers keep a label for each version of a record.
  @Test func negationNamesTheVersionOfItsLabel() async throws {
    let fixture = try LabelFixture()
    let uri = "at://did:plc:alice/app.bsky.feed.post/3k"
    let (old, new) = ("bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae", "bafyreib")
    try await fixture.apply([LabelChange(uri: uri, value: "spam", cid: old)])
    let negation = try await fixture.apply([
      LabelChange(uri: uri, value: "spam", cid: new, isNegated: true)
    ])
    #expect(negation.map(\.cid) == [old])
  }

  @Test func negationIsLaterThanItsLabelEvenIfTheClockIsBehind() async throws {
    let fixture = try LabelFixture()
    let now = LabelFixture.start
    let label = try #require(try await fixture.add(Self.subject, "spam", at: now).first)
    let negation = try #require(
      try await fixture.negate(Self.subject, "spam", at: now - 60_000).first
    )
    #expect(label.createdAt == now && negation.createdAt == now + 1)
    // Times do not decrease from one label to the next either.
    let other = try #require(
      try await fixture.add("did:web:a.test", "spam", at: now - 60_000).first
    )
    #expect(other.createdAt == now + 1)
    // Within one millisecond.
    let again = try #require(try await fixture.add(Self.subject, "spam", at: now + 1).first)
    #expect(again.createdAt == now + 2)
    #expect([label, negation, other, again].map(\.sequence) == [1, 2, 3, 4])
  }

  @Test func whatWasAskedIsAlwaysWritten() async throws {
    let fixture = try LabelFixture()
    try await fixture.negate(Self.subject, "spam")
    try await fixture.add(Self.subject, "rude")
    try await fixture.add(Self.subject, "rude")
    let names = try await fixture.events(after: 0, 2).map(\.name)
    #expect(names == ["1 -\(Self.subject) spam", "3 \(Self.subject) rude"])
  }

  @Test func repetitionsWithinOneCallAreRemoved() async throws {
    let fixture = try LabelFixture()
    let rows = try await fixture.apply([
      LabelChange(uri: Self.subject, value: "a", isNegated: true),
      LabelChange(uri: Self.subject, value: "b"),
      LabelChange(uri: Self.subject, value: "a", isNegated: true),
      LabelChange(uri: Self.subject, value: "b", isNegated: true),
    ])
    #expect(rows.map(\.value) == ["a", "b"])
    #expect(rows.map(\.isNegated) == [true, true])
    #expect(try await fixture.apply([]).isEmpty)
  }

  @Test func labelsOfASubjectAreItsCurrentOnes() async throws {
    let fixture = try LabelFixture()
    try await fixture.add(Self.subject, "spam", "rude")
    try await fixture.add(Self.subject + "x", "spam")
    try await fixture.negate(Self.subject, "rude")
    #expect(try await fixture.labels.labels(on: Self.subject).map(\.val) == ["spam"])
    #expect(try await fixture.labels.labels(on: "did:web:none.test").isEmpty)
  }

  @Test(arguments: [
    LabelChange(uri: "", value: "spam"),
    LabelChange(uri: "did:web:a test", value: "spam"),
    LabelChange(uri: "did:web:ä.test", value: "spam"),
    LabelChange(uri: "did:web:a.test*", value: "spam"),
    LabelChange(uri: String(repeating: "a", count: 2_049), value: "spam"),
    LabelChange(uri: "did:web:a.test", value: ""),
    LabelChange(uri: "did:web:a.test", value: "two words"),
    LabelChange(uri: "did:web:a.test", value: "a\u{0}"),
    LabelChange(uri: "did:web:a.test", value: String(repeating: "a", count: 129)),
    LabelChange(uri: "did:web:a.test", value: "spam", cid: "no cid"),
    LabelChange(uri: "did:web:a.test", value: "spam", expiresAt: .max),
    LabelChange(uri: "did:web:a.test", value: "spam", expiresAt: -1),
  ])
  func labelThatCannotBeQueriedIsRefused(_ change: LabelChange) async throws {
    let fixture = try LabelFixture()
    await #expect(throws: XRPCServerError.invalidRequest("")) {
      try await fixture.apply([LabelChange(uri: Self.subject, value: "fine"), change])
    }
    #expect(try await fixture.query(["*"]).labels.isEmpty)
  }
}
