import ATProtoSyntax
import ComAtprotoAPI
import SQLiteStorage
import TestSupport
import Testing

@testable import Labeler

/// Patterns against a filter that compares one label after another.
@Suite struct LabelPatternTests {
  /// A grammar with few characters, so that patterns often match, overlap, and contain one another;
  /// among them those that mean something to SQL and to regular expressions.
  private static func text(_ random: inout some RandomNumberGenerator, upTo length: Int) -> String {
    let characters = Array("abA%_\\[.~!")
    return String(
      (0..<Int.random(in: 0...length, using: &random)).map { _ in
        characters.randomElement(using: &random)!
      }
    )
  }

  private static func matches(_ uri: String, _ pattern: String) -> Bool {
    guard pattern.hasSuffix("*") else { return uri == pattern }
    return uri.hasPrefix(pattern.dropLast())
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func patternsFindWhatAFilterFinds(_ seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    let sqlite = try SQLiteLabelerStore(path: folder.path + "/labeler.sqlite")
    let changes = (0..<300).map { _ in
      LabelChange(
        uri: "d" + Self.text(&random, upTo: 5),
        value: "v" + Self.text(&random, upTo: 2),
        isNegated: Bool.random(using: &random)
      )
    }
    let fixtures = [try LabelFixture(sqlite), try LabelFixture(MemoryLabelerStore())]
    for fixture in fixtures { try await fixture.apply(changes) }
    let names = Set(changes.map { LabelCursor(uri: $0.uri, value: $0.value) })
    for _ in 0..<60 {
      let patterns = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        (Bool.random(using: &random) ? "d" : "") + Self.text(&random, upTo: 4)
          + (Bool.random(using: &random) ? "*" : "")
      }
      let expected = names.filter { name in patterns.contains { Self.matches(name.uri, $0) } }
        .map { "\($0.uri) \($0.value)" }.sorted()
      let ranges = try UriPatterns(patterns)
      let limit = Int.random(in: 1...40, using: &random)
      for fixture in fixtures {
        var found: [String] = []
        var cursor: LabelCursor?
        repeat {
          let (labels, next) = try await fixture.labels.page(
            LabelQuery(patterns: ranges, after: cursor, limit: limit)
          )
          found += labels.map { "\($0.uri.string) \($0.val)" }
          cursor = next
        } while cursor != nil
        // Sorted by subject and then by value, and a space sorts before all their characters.
        #expect(found == expected, "patterns \(patterns), limit \(limit)")
      }
    }
    try sqlite.close()
  }

  @Test func rangesAreDisjointAndInOrder() throws {
    let patterns = try UriPatterns(["b*", "a", "ba*", "b", "c", "b", "a", "c*", "", "bz"])
    #expect(
      patterns.ranges == [
        SubjectRange(from: "a"),
        SubjectRange(from: "b", to: "b\u{7F}"),
        SubjectRange(from: "c", to: "c\u{7F}"),
      ]
    )
    #expect(try UriPatterns(["a", "*"]).ranges == [SubjectRange(from: "", to: "\u{7F}")])
    #expect(try UriPatterns([]).ranges.isEmpty)
  }
}

/// SplitMix64.
private struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
