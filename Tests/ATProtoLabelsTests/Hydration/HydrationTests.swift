import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPCClient

@Suite struct HydrationTests {
  private let index = MemoryLabelIndex()
  private let labeler = TestLabeler("a")

  private static let subject = HydratedSubject(
    uri: Sample.post,
    cid: Sample.cid(1),
    author: Sample.author
  )

  private func apply(_ labels: Label...) {
    for label in labels {
      index.apply([label], from: try! label.src.parsed(), cursor: 1)
    }
  }

  private func hydrated(
    _ subject: HydratedSubject = Self.subject,
    for header: String? = nil,
    at second: Int = 100
  ) async throws -> SubjectLabels {
    let hydration = Hydration(index: index, now: { Sample.time(second).instant })
    let accepted = try AcceptedLabelers(header: header ?? labeler.did.string)
    let found = try await hydration.labels(on: [subject], for: accepted)
    return try #require(found[subject.uri])
  }

  @Test func labelsOfAcceptedLabelersAreShown() async throws {
    let other = TestLabeler("b")
    apply(labeler.label("spam"), other.label("rude"), other.label("art"))
    #expect(try await hydrated().labels.map(\.val) == ["spam"])
    let both = "\(other.did), \(labeler.did)"
    #expect(try await hydrated(for: both).labels.map(\.val) == ["art", "rude", "spam"])
    #expect(try await hydrated(for: "").labels.isEmpty)
  }

  @Test func signaturesAreStripped() async throws {
    apply(labeler.label())
    let label = try #require(await hydrated().labels.first)
    #expect(label.sig == nil && label.ver == 1 && label.src.string == labeler.did.string)
  }

  @Test func onlyActiveLabelsAtReadTime() async throws {
    apply(
      labeler.label("spam", until: Sample.time(10)),
      labeler.label("rude", at: Sample.time(1)),
      labeler.label("rude", isNegation: true, at: Sample.time(2))
    )
    #expect(try await hydrated(at: 9).labels.map(\.val) == ["spam"])
    #expect(try await hydrated(at: 10).labels.isEmpty)
  }

  @Test func expiredLabelIsNotHydrated() async throws {
    apply(labeler.label("!takedown", until: Sample.time(10)))
    let redacting = "\(labeler.did);redact"
    #expect(try await hydrated(for: redacting, at: 9).redactedBy == labeler.did)
    let later = try await hydrated(for: redacting, at: 11)
    #expect(later.redactedBy == nil && later.labels.isEmpty)
  }

  @Test func labelNegatedAndCreatedAgainIsShown() async throws {
    apply(labeler.label(at: Sample.time(1)))
    #expect(try await hydrated().labels.count == 1)
    apply(labeler.label(isNegation: true, at: Sample.time(2)))
    #expect(try await hydrated().labels.isEmpty)
    apply(labeler.label(at: Sample.time(3)))
    #expect(try await hydrated().labels.map(\.cts.string) == [Sample.time(3).string])
  }

  @Test func labelOnAnotherVersionIsNotShown() async throws {
    apply(labeler.label("old", cid: Sample.cid(9)), labeler.label("current", cid: Sample.cid(1)))
    #expect(try await hydrated().labels.map(\.val) == ["current"])
    let account = HydratedSubject(account: Sample.author)
    apply(labeler.label("rude", on: Sample.author.string, cid: Sample.cid(1)))
    #expect(try await hydrated(account).labels.isEmpty)
  }

  /// The subject has one label for each source and value.
  @Test func latestOfTwoLabelsIsShown() async throws {
    apply(
      labeler.label("spam", at: Sample.time(1)),
      labeler.label("spam", cid: Sample.cid(1), at: Sample.time(2))
    )
    #expect(try await hydrated().labels.map(\.cts.string) == [Sample.time(2).string])
  }

  @Test(arguments: ["!takedown", "!suspend"])
  func onlyRedactingLabelersRemoveContent(_ value: String) async throws {
    apply(labeler.label(value))
    let shown = try await hydrated()
    #expect(shown.redactedBy == nil && shown.labels.map(\.val) == [value])
    let removed = try await hydrated(for: "\(labeler.did);redact")
    #expect(removed.redactedBy == labeler.did)
    #expect(try await hydrated(for: "\(TestLabeler("b").did);redact").redactedBy == nil)
  }

  /// Only the values that the specification names redact.
  @Test(arguments: ["!hide", "!warn", "!no-unauthenticated", "takedown", "!TAKEDOWN"])
  func undeclaredHideOnlyLabels(_ value: String) async throws {
    apply(labeler.label(value))
    let shown = try await hydrated(for: "\(labeler.did);redact")
    #expect(shown.redactedBy == nil && shown.labels.map(\.val) == [value])
  }

  @Test func redactedAuthorRedactsTheRecord() async throws {
    apply(labeler.label("!takedown", on: Sample.author.string), labeler.label("spam"))
    let record = try await hydrated(for: "\(labeler.did);redact")
    #expect(record.redactedBy == labeler.did && record.labels.map(\.val) == ["spam"])
    let account = HydratedSubject(account: Sample.author)
    #expect(try await hydrated(account).labels.map(\.val) == ["!takedown"])
    #expect(
      try await hydrated(account, for: "\(labeler.did);redact").redactedBy == labeler.did
    )
  }

  @Test func selfLabelsAreAlwaysShown() async throws {
    var subject = Self.subject
    subject.selfLabels = SelfLabels.labels(
      ofRecord: [
        "labels": [
          "$type": "com.atproto.label.defs#selfLabels", "values": [["val": "nudity"]],
        ]
      ],
      uri: try ATURI(Sample.post),
      cid: Sample.cid(1),
      author: Sample.author,
      createdAt: Sample.time(1)
    )
    apply(labeler.label("spam"))
    #expect(try await hydrated(subject, for: "").labels.map(\.val) == ["nudity"])
    #expect(try await hydrated(subject).labels.map(\.val) == ["nudity", "spam"])
  }

  /// A labeler's label on its own record is a label like any other: it can be negated, and counts
  /// only where the labeler is accepted.
  @Test func labelOnOwnRecordIsNotASelfLabel() async throws {
    let uri = "at://\(labeler.did)/app.bsky.feed.post/1"
    let subject = HydratedSubject(uri: uri, cid: Sample.cid(1), author: labeler.did)
    apply(labeler.label("rude", on: uri, at: Sample.time(1)))
    #expect(try await hydrated(subject, for: "").labels.isEmpty)
    #expect(try await hydrated(subject).labels.map(\.val) == ["rude"])
    apply(labeler.label("rude", on: uri, isNegation: true, at: Sample.time(2)))
    #expect(try await hydrated(subject).labels.isEmpty)
  }

  @Test func manySubjectsAreHydratedAtOnce() async throws {
    apply(labeler.label(on: Sample.post(1499)))
    let subjects = (0..<1500).map {
      HydratedSubject(uri: Sample.post($0), cid: Sample.cid(1), author: Sample.author)
    }
    let hydration = Hydration(index: index)
    let found = try await hydration.labels(
      on: subjects + subjects,
      for: AcceptedLabelers([AcceptedLabeler(labeler.did)])
    )
    #expect(found.count == 1500 && found.values.flatMap(\.labels).count == 1)
    #expect(found[Sample.post(1499)]?.labels.count == 1)
  }
}
