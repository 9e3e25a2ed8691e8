import Testing

@testable import ATProtoData

/// Tables of names that are written as a single string.
@Suite struct NameTableTests {
  private static let plain = FieldTable("a bb ccc")
  private static let spaced = FieldTable("a/b c/d e f", separator: "/")
  private static let empty = FieldTable()

  @Test("a table contains the names between its separators")
  func tableContainsTheNamesBetweenSeparators() {
    #expect((0..<Self.plain.keys.count).map(Self.plain.keys.name) == ["a", "bb", "ccc"])
    #expect((0..<Self.spaced.keys.count).map(Self.spaced.keys.name) == ["a", "b c", "d e f"])
    #expect(Self.empty.keys.count == 0)
  }

  /// Many threads may be the first to use a table.
  @Test("a table is built once, whichever thread uses it first")
  func tableIsBuiltOnce() async {
    let names = await withTaskGroup(of: String.self) { group in
      for _ in 0..<32 { group.addTask { Self.shared.keys.name(1) } }
      return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(names == ["two"])
  }

  private static let shared = FieldTable("one two")
}
