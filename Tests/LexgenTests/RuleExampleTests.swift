import Foundation
import TestSupport
import Testing

@Suite("Examples of lexgen rules")
struct RuleExampleTests {
  private struct Listed: Decodable {
    var section: String
    var id: String
    var summary: String
    var reason: String?
    var clause: String?
    var bad: [String]?
    var good: [String]?
    var before: [String]?
    var after: [String]?
  }

  private static func listed(_ section: String) throws -> [Listed] {
    let run = try LexgenProcess(
      "rules",
      "--of",
      section,
      "--format",
      "json",
      in: TemporaryFolder()
    )
    return try JSONDecoder().decode([Listed].self, from: Data(run.output.utf8))
  }

  @Test("every rule of check has a clause, a reason, and two examples")
  func check() throws {
    let rules = try Self.listed("check")
    #expect(rules.count > 100)
    for rule in rules {
      #expect(rule.clause?.isEmpty == false && rule.reason?.isEmpty == false, "\(rule.id)")
      #expect(rule.bad?.isEmpty == false && rule.good?.isEmpty == false, "\(rule.id)")
    }
  }

  @Test("diff reports each of its rules for the rule's example")
  func diff() throws {
    let rules = try Self.listed("diff")
    #expect(rules.count > 70)
    for rule in rules {
      #expect(rule.before?.isEmpty == false && rule.after?.isEmpty == false, "\(rule.id)")
    }
    // The rules about data are tested without the command.
    for rule in rules where rule.clause == nil {
      let folder = try TemporaryFolder()
      for (name, documents) in [("before", rule.before), ("after", rule.after)] {
        for (position, text) in (documents ?? []).enumerated() {
          try folder.write(text, to: "\(name)/\(position).json")
        }
      }
      let run = try LexgenProcess("diff", "before", "after", "--swift", in: folder)
      #expect(run.output.contains("[\(rule.id)]"), "\(rule.id): \(run.output) \(run.error)")
    }
  }

  @Test("the table of goat's lint rules names rules that exist")
  func goat() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../docs/lexgen.md").standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Coming from goat\n").last)
    let rows = section.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
    #expect(rows.count == 19)
    let known = Set(try Self.listed("check").map(\.id))
    for row in rows {
      let cells = row.components(separatedBy: "|")
      let ids = cells[2].matches(of: /`([a-z0-9-]+)`/).map { String($0.1) }
      #expect(!ids.isEmpty || cells[2].contains("all errors"), "\(row)")
      for id in ids { #expect(known.contains(id), "\(id)") }
    }
  }
}
