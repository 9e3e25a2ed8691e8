import ATProtoData
import ArgumentParser
import Lexicon

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Lists the rules of 'lexgen check', or explains one.",
    discussion: """
        lexgen rules
        lexgen rules unlimited-string
        lexgen rules --format json
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
  }

  @Argument(help: ArgumentHelp("Ids of rules.", valueName: "id"))
  var ids: [String] = []

  @Option(help: "text or json.")
  var format: Format = .text

  func run() throws {
    let rules =
      try ids.isEmpty
      ? Rule.all
      : ids.map { id in
        guard let rule = Rule[id: id] else {
          let hint = Rule.nearest(to: id).map { " Did you mean '\($0)'?" } ?? ""
          throw ValidationError("There is no rule \(quoted(id)).\(hint)")
        }
        return rule
      }
    switch format {
    case .json:
      Terminal.result(DataValue.array(rules.map(\.json)).jsonString() + "\n")
    case .text where ids.isEmpty:
      let width = rules.map(\.id.count).max() ?? 0
      for rule in rules {
        let id = rule.id + String(repeating: " ", count: width - rule.id.count)
        let severity = rule.severity.rawValue
        let space = String(repeating: " ", count: 8 - severity.count)
        Terminal.result("\(id)  \(severity)\(space) \(rule.summary)\n")
      }
    case .text:
      Terminal.result(rules.map(\.explanation).joined(separator: "\n"))
    }
  }
}

extension Rule {
  fileprivate var json: DataValue {
    .object([
      "id": .string(id), "severity": .string(severity.rawValue), "summary": .string(summary),
      "reason": .string(reason), "clause": .string(clause),
      "language": .boolean(isOfLanguage), "fixable": .boolean(isFixable),
      "bad": .array(bad.documents.map { .string($0) }),
      "good": .array(good.documents.map { .string($0) }),
    ])
  }

  fileprivate var explanation: String {
    func text(_ example: RuleExample) -> String {
      example.documents.map { document in
        document.split(separator: "\n", omittingEmptySubsequences: true)
          .map { line in
            let line = SourceExcerpt.printable(String(line))
            return "    \(line.count > 200 ? "\(line.prefix(200))…" : line)"
          }
          .joined(separator: "\n")
      }
      .joined(separator: "\n\n")
    }
    var lines = "\(id) (\(severity.rawValue))\n\n\(summary)\n\(reason)\n\nFrom: \(clause).\n"
    if isOfLanguage, severity == .error {
      lines += "It is part of the language, and no configuration changes it.\n"
    }
    if isFixable { lines += "'lexgen check --fix' corrects it where one answer is safe.\n" }
    return lines + "\nBad:\n\n\(text(bad))\n\nGood:\n\n\(text(good))\n"
  }
}
