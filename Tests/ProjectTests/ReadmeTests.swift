import Foundation
import Testing

/// The snippets of the README are compiled: each is a file of the target `ReadmeSnippets`, with its
/// statements in a function.
@Suite struct ReadmeTests {
  @Test(arguments: ["Types", "Call", "Serve"])
  func snippetIsTheCompiledFile(_ name: String) throws {
    let readme = try Project.text("README.md")
    let mark = "<!-- snippet: \(name) -->\n```swift\n"
    let start = try #require(readme.range(of: mark)).upperBound
    let end = try #require(readme.range(of: "```", range: start..<readme.endIndex)).lowerBound
    let file = try Project.text("Tests/ReadmeSnippets/\(name).swift")
    #expect(String(readme[start..<end]) == Self.snippet(file))
  }

  @Test func everySwiftBlockIsASnippet() throws {
    let readme = try Project.text("README.md")
    let blocks = readme.components(separatedBy: "```swift\n").count - 1
    let snippets = try FileManager.default.contentsOfDirectory(
      atPath: Project.directory.appending(path: "Tests/ReadmeSnippets").path
    )
    #expect(blocks == snippets.count)
  }

  /// Every relative link of the Markdown files leads to a file.
  @Test(arguments: Project.markdownFiles)
  func linksLeadToFiles(_ path: String) throws {
    let text = try Project.text(path)
    let base = Project.directory.appending(path: path).deletingLastPathComponent()
    for match in text.matches(of: /\]\(([^)#\s]+)(#[^)\s]*)?\)/) {
      let target = String(match.1)
      if target.contains("://") || target.hasPrefix("mailto:") { continue }
      let file = base.appending(path: target).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path), "\(path) links to \(target)")
    }
  }

  /// Each row of the threat model names the suites, or the test targets, that demonstrate the
  /// countermeasures.
  @Test func threatModelNamesTestsThatExist() throws {
    let table = try Project.text("docs/threat_model.md")
    let names = Set(table.matches(of: /`([A-Z][A-Za-z0-9]*Tests)`/).map { String($0.1) })
    let targets = try Project.directories(in: "Tests")
    let suites = try Set(
      Project.files(below: "Tests", ending: ".swift").flatMap { path in
        try Project.text(path).matches(of: /(?:struct|class|actor|enum) (\w+Tests)\b/)
          .map { String($0.1) }
      }
    )
    for name in names.subtracting(suites).subtracting(targets).sorted() {
      Issue.record("docs/threat_model.md names \(name), which does not exist")
    }
    #expect(names.count > 50)
  }

  /// The imports, an empty line, and the body of the function without its indentation.
  private static func snippet(_ file: String) -> String {
    var lines = file.split(separator: "\n", omittingEmptySubsequences: false)
    let imports = lines.prefix { $0.hasPrefix("import ") }
    lines.removeFirst(imports.count)
    let body = lines.drop { !$0.hasPrefix("func ") }.dropFirst().prefix { $0 != "}" }
    let statements = body.map { $0.hasPrefix("  ") ? $0.dropFirst(2) : $0 }
    return (imports + [""] + statements).joined(separator: "\n") + "\n"
  }
}
