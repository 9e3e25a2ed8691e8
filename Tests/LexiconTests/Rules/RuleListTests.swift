import Foundation
import Testing

@testable import Lexicon

/// Compares the lists of rules with the rules that the sources declare.
@Suite("Rule lists")
struct RuleListTests {
  private static let package = URL(filePath: #filePath)
    .appending(path: "../../../..").standardized

  /// The constants of the given type that the sources of the target declare, by id.
  private static func declarations(of type: String) throws -> [(id: String, name: String)] {
    let folder = package.appending(path: "Sources/Lexicon")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let pattern = try Regex<(Substring, Substring, Substring)>(
      #"static let (\w+)(?:: \w+)? = \#(type)\(\s*"([a-z0-9-]+)""#
    )
    return try (files?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { $0.pathExtension == "swift" }
      .flatMap { file in
        try String(contentsOf: file, encoding: .utf8).matches(of: pattern).map { match in
          (String(match.output.2), String(match.output.1))
        }
      }
  }

  @Test("A declared rule is in the list of all rules")
  func declaredRulesAreListed() throws {
    let declared = try Self.declarations(of: "Rule")
    #expect(declared.map(\.id).sorted() == Rule.all.map(\.id))
  }

  @Test("A declared evolution rule is in the list of all evolution rules")
  func declaredEvolutionRulesAreListed() throws {
    let declared = try Self.declarations(of: "EvolutionRule").map(\.id)
    let constraints = Constraint.allCases.flatMap(\.rules).map(\.id)
    #expect(!declared.isEmpty)
    #expect((declared + constraints).sorted() == EvolutionRule.all.map(\.id).sorted())
  }

  @Test("A rule constant has the name that its id spells")
  func constantsAreNamedAfterIDs() throws {
    for type in ["Rule", "EvolutionRule"] {
      for (id, name) in try Self.declarations(of: type) {
        #expect(name.lowercased() == id.replacing("-", with: ""))
      }
    }
  }

  @Test("Every rule id in docs/lexicon-choices.md belongs to a rule of the language")
  func documentedIDsExist() throws {
    let url = Self.package.appending(path: "docs/lexicon-choices.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let brackets = text.matches(of: /\[(`[a-z0-9-]+`(?:,\s+`[a-z0-9-]+`)*)\]/)
    let ids = Set(
      brackets.flatMap { $0.output.1.matches(of: /`([a-z0-9-]+)`/).map { String($0.output.1) } }
    )
    #expect(ids.count > 40)
    #expect(ids.subtracting(Rule.languageRules.map(\.id)) == [])
  }
}
