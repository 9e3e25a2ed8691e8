import ATProtoData
import ArgumentParser
import Lexicon
import LexiconProject

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List the rules of all commands, or explain some of them.",
    discussion: """
      The rules of 'lexgen check' are errors in the language and advice. Those of 'lexgen diff' \
      classify changes. The remaining ones concern files, configuration, and modules.

        lexgen rules
        lexgen rules unlimited-string property-removed
        lexgen rules --of diff --format json
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Argument(help: ArgumentHelp("Explain these rules.", valueName: "id"))
  var ids: [String] = []

  @Option(
    help: ArgumentHelp(
      "Show only the rules of this section: check, diff, or files.",
      valueName: "section"
    )
  )
  var of: ListedRule.Section?

  @Option(help: "Print rules in this format: text or json.")
  var format: Format = .text

  func run() throws {
    let listed = ListedRule.all.filter { of == nil || $0.section == of }
    let rules = try ids.isEmpty ? listed : ids.flatMap { try Self.rules($0, among: listed) }
    switch format {
    case .json:
      Terminal.result(DataValue.array(rules.map(\.json)).jsonString() + "\n")
    case .text where ids.isEmpty:
      Terminal.result(Self.table(rules))
    case .text:
      Terminal.result(rules.map(\.explanation).joined(separator: "\n"))
    }
  }

  private static func rules(_ id: String, among rules: [ListedRule]) throws -> [ListedRule] {
    let found = rules.filter { $0.id == id }
    guard found.isEmpty else { return found }
    let hint =
      Suggestion.nearest(to: id, among: rules.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
    throw CommandFailure("\(quoted(id)) is not a rule\(hint)")
  }

  private static func table(_ rules: [ListedRule]) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let widths = [rules.map(\.id.count).max() ?? 0, rules.map(\.severity.count).max() ?? 0]
    return ListedRule.Section.allCases.compactMap { section in
      let lines = rules.filter { $0.section == section }.map { rule in
        "  \(padded(rule.id, widths[0]))  \(padded(rule.severity, widths[1]))  \(rule.summary)\n"
      }
      return lines.isEmpty ? nil : "\(section.title)\n" + lines.joined()
    }
    .joined(separator: "\n")
  }
}
