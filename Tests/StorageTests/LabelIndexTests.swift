import ATProtoCrypto
import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import SQLiteStorage
import TestSupport
import Testing

/// A backend of ``LabelIndex``. All backends must pass this suite; to add one, add a case.
enum LabelIndexBackend: CaseIterable, CustomTestStringConvertible, Sendable {
  case memory
  case sqlite

  var testDescription: String { "\(self)" }

  func withIndex(_ body: (any LabelIndex) async throws -> Void) async throws {
    switch self {
    case .memory: try await body(MemoryLabelIndex())
    case .sqlite:
      let folder = try TemporaryFolder()
      let index = try SQLiteLabelIndex(path: folder.path + "/labels.sqlite")
      do {
        try await body(index)
      } catch {
        try? index.close()
        throw error
      }
      try index.close()
    }
  }
}

@Suite struct LabelIndexTests {
  private static let (a, b) = (Sample.did("a"), Sample.did("b"))
  private static let post = "at://did:web:author.test/app.bsky.feed.post/1"

  private static func label(
    _ value: String = "spam",
    on subject: String = post,
    from source: DID = a,
    cid: String? = nil,
    isNegation: Bool = false,
    at second: Int64 = 1
  ) -> Label {
    Label(
      ver: 1,
      src: FormatString(source),
      uri: FormatString(subject),
      cid: cid.map { FormatString(Sample.cid($0).string) },
      val: value,
      neg: isNegation ? true : nil,
      cts: FormatString(Datetime(Datetime.Instant(seconds: second))!),
      exp: "2030-01-01T00:00:00.000Z",
      sig: Bytes([1, 2, 3])
    )
  }

  private static func all(
    _ index: any LabelIndex,
    on subjects: [String] = [post],
    from sources: [DID] = [a, b]
  ) async throws -> Set<Label> {
    Set(try await index.labels(on: subjects, from: sources))
  }

  @Test("labels come back as they were stored", arguments: LabelIndexBackend.allCases)
  func labelsAreStored(_ backend: LabelIndexBackend) async throws {
    try await backend.withIndex { index in
      let labels = [
        Self.label(), Self.label("rude", cid: "1"), Self.label("rude", cid: "2"),
        Self.label(on: Sample.did("author").string), Self.label(on: Self.post + "2"),
      ]
      try await index.apply(labels, from: Self.a, cursor: 5)
      try await index.apply([Self.label(from: Self.b)], from: Self.b, cursor: 7)
      #expect(try await Self.all(index) == Set(labels[..<3] + [Self.label(from: Self.b)]))
      #expect(try await Self.all(index, from: [Self.a]) == Set(labels[..<3]))
      #expect(
        try await Self.all(index, on: [Self.post + "2", Sample.did("author").string])
          == Set(labels[3...])
      )
      #expect(try await index.cursor(of: Self.a) == 5)
      #expect(try await index.cursor(of: Self.b) == 7)
      #expect(try await index.cursor(of: Sample.did("c")) == nil)
      #expect(try await Self.all(index, from: []).isEmpty)
      #expect(try await Self.all(index, on: []).isEmpty)
      #expect(try await index.labels(on: [Self.post, Self.post], from: [Self.a]).count == 3)
    }
  }

  @Test("states are coherent in any order", arguments: LabelIndexBackend.allCases)
  func statesAreCoherent(_ backend: LabelIndexBackend) async throws {
    let negation = Self.label(cid: "2", isNegation: true, at: 3)
    let labels = [
      Self.label(at: 1), Self.label(cid: "1", at: 2), negation, Self.label(cid: "2", at: 4),
      Self.label(cid: "2", at: 3),
    ]
    for order in [labels, labels.reversed(), Array(labels[2...] + labels[..<2])] {
      try await backend.withIndex { index in
        for (cursor, label) in order.enumerated() {
          try await index.apply([label], from: Self.a, cursor: cursor)
        }
        #expect(try await Self.all(index) == [negation, Self.label(cid: "2", at: 4)])
        try await index.apply(order, from: Self.a, cursor: 9)
        #expect(try await Self.all(index).count == 2)
      }
    }
  }

  @Test("text is compared by bytes", arguments: LabelIndexBackend.allCases)
  func textIsComparedByBytes(_ backend: LabelIndexBackend) async throws {
    try await backend.withIndex { index in
      let values = ["e\u{301}", "\u{E9}", "E\u{301}", "a_b", "a%b"]
      try await index.apply(values.map { Self.label($0) }, from: Self.a, cursor: 1)
      #expect(try await index.labels(on: [Self.post], from: [Self.a]).count == values.count)
      #expect(
        try await Self.all(index, on: [Self.post.uppercased(), "%", Self.post + "*"]).isEmpty
      )
    }
  }

  @Test("labels of other sources are ignored", arguments: LabelIndexBackend.allCases)
  func labelsOfOthersAreIgnored(_ backend: LabelIndexBackend) async throws {
    try await backend.withIndex { index in
      try await index.apply([Self.label(from: Self.b)], from: Self.a, cursor: 1)
      #expect(try await Self.all(index).isEmpty)
      #expect(try await index.cursor(of: Self.a) == 1)
    }
  }

  @Test("a subject has at most 200 values of a source", arguments: LabelIndexBackend.allCases)
  func valuesAreBounded(_ backend: LabelIndexBackend) async throws {
    try await backend.withIndex { index in
      let labels = (0..<300).map { Self.label("value\($0)") }
      try await index.apply(labels, from: Self.a, cursor: 1)
      try await index.apply([Self.label(from: Self.b)], from: Self.b, cursor: 1)
      #expect(try await Self.all(index) == Set(labels[..<200] + [Self.label(from: Self.b)]))
      // Known values can still change.
      try await index.apply(
        [Self.label("value0", isNegation: true, at: 2)],
        from: Self.a,
        cursor: 2
      )
      #expect(try await Self.all(index, from: [Self.a]).contains { $0.neg == true })
    }
  }

  @Test("a source can be removed and followed again", arguments: LabelIndexBackend.allCases)
  func sourceIsRemoved(_ backend: LabelIndexBackend) async throws {
    try await backend.withIndex { index in
      try await index.apply([Self.label()], from: Self.a, cursor: 1)
      try await index.apply([Self.label(from: Self.b)], from: Self.b, cursor: 1)
      try await index.removeLabels(of: Self.a)
      try await index.removeLabels(of: Sample.did("c"))
      #expect(try await Self.all(index) == [Self.label(from: Self.b)])
      #expect(try await index.cursor(of: Self.a) == nil)
      try await index.apply([Self.label("rude")], from: Self.a, cursor: 1)
      #expect(try await Self.all(index, from: [Self.a]) == [Self.label("rude")])
    }
  }

  @Test func labelsSurviveARestart() async throws {
    let folder = try TemporaryFolder()
    let first = try SQLiteLabelIndex(path: folder.path + "/labels.sqlite")
    try await first.apply([Self.label()], from: Self.a, cursor: 5)
    try first.close()
    let second = try SQLiteLabelIndex(path: folder.path + "/labels.sqlite")
    #expect(try await Self.all(second) == [Self.label()])
    #expect(try await second.cursor(of: Self.a) == 5)
    try second.close()
  }

  @Test func sourceWithManyLabelsIsRemovedInSteps() async throws {
    let folder = try TemporaryFolder()
    let index = try SQLiteLabelIndex(path: folder.path + "/labels.sqlite", removalPage: 2)
    for source in [Self.a, Self.b] {
      // Several labels on each subject, so that pages end within one.
      let labels = (0..<20).map {
        Self.label("value\($0 % 3)", on: "\(Self.post)\($0 / 3)", from: source)
      }
      try await index.apply(labels, from: source, cursor: 1)
    }
    try await index.removeLabels(of: Self.a)
    let subjects = (0..<7).map { "\(Self.post)\($0)" }
    #expect(try await index.labels(on: subjects, from: [Self.a, Self.b]).count == 20)
    // What is left in the table belongs to the other source, even after a gets a new number.
    try await index.apply([], from: Self.a, cursor: 1)
    #expect(try await Self.all(index, on: subjects).allSatisfy { $0.src.string == Self.b.string })
    try index.close()
  }
}
