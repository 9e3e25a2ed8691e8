import Foundation
import Lexicon
import Testing

@Suite("DocC page")
struct DocumentationTests {
  /// The first example of the page, with the document that the page contains.
  @Test("The first example prints what the page shows")
  func firstExamplePrintsItsFinding() throws {
    let url = URL(filePath: #filePath)
      .appending(path: "../../../Sources/Lexicon/Lexicon.docc/Lexicon.md").standardized
    let blocks = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "```")
    try #require(blocks.count >= 5)
    let literal = blocks[1].components(separatedBy: "\"\"\"")
    try #require(literal.count == 3)
    let text = literal[1].split(separator: "\n").map { $0.dropFirst(2) }.joined(separator: "\n")

    let file = SourceFile(path: "com/example/note.json", bytes: Array(text.utf8))
    let checked = CheckedCatalog.check([file])
    let advice = checked.findings(in: checked.catalog.documents)
    let printed = (checked.diagnostics + advice).map(\.description).joined(separator: "\n")

    #expect(printed == blocks[3].trimmingCharacters(in: .newlines))
  }
}
