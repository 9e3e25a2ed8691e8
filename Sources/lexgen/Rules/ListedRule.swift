import ATProtoData
import ArgumentParser
import Lexicon
import LexiconProject

/// A rule of any command, as shown by `lexgen rules`.
struct ListedRule {
  /// The source of the findings of a rule.
  enum Section: String, CaseIterable, ExpressibleByArgument {
    case check
    case diff
    case files
    case lock

    var title: String {
      switch self {
      case .check: "lexgen check: errors in the language, and advice"
      case .diff: "lexgen diff: changes"
      case .files: "all commands: files, configuration, modules"
      case .lock: "lexgen check --locked: installed documents"
      }
    }
  }

  let section: Section
  let id: String
  /// `error`, `warning`, or `note`; for a change, its class, or `varies` if the class depends on
  /// the flow.
  let severity: String
  /// A sentence.
  let summary: String
  let explanation: String
  let json: DataValue

  static let all: [ListedRule] =
    Rule.all.map { ListedRule($0) } + EvolutionRule.all.map { ListedRule($0) }
    + [
      ListedRule(FindingsReport.oldErrors, .diff, Rule[id: "unknown-type"]?.mended),
      ListedRule(FindingsReport.unusedAcceptance, .files, nil),
      ListedRule(
        FindingsReport.swiftBreaking,
        .diff,
        EvolutionRule[id: "property-removed"]?.example
      ),
      ListedRule(
        FindingsReport.swiftCompatible,
        .diff,
        EvolutionRule[id: "property-added"]?.example
      ),
    ] + DiagnosticRule.files.map { ListedRule($0, .files, nil) }
    + DiagnosticRule.lock.map { ListedRule($0, .lock, nil) }

  private init(_ rule: Rule) {
    section = .check
    id = rule.id
    severity = rule.severity.rawValue
    summary = rule.summary
    json = .object([
      "section": .string(Section.check.rawValue),
      "id": .string(rule.id), "severity": .string(rule.severity.rawValue),
      "summary": .string(rule.summary), "reason": .string(rule.reason),
      "clause": .string(rule.clause), "language": .boolean(rule.isOfLanguage),
      "fixable": .boolean(rule.isFixable),
      "bad": Self.json(rule.bad), "good": Self.json(rule.good),
    ])
    var text = "\(Self.title(rule.id, severity))\(rule.summary)\n\(rule.reason)\n\n"
    text += "From: \(rule.clause).\n"
    if rule.isOfLanguage, rule.severity == .error {
      text += "This is an error in the language; no configuration changes it.\n"
    }
    if rule.isFixable {
      text += "'lexgen check --fix' fixes it if there is a single safe correction.\n"
    }
    explanation =
      text + "\nBad\(Self.place(rule.bad)):\n\n\(Self.text(rule.bad))\n\n"
      + "Good\(Self.place(rule.good)):\n\n\(Self.text(rule.good))\n"
  }

  private init(_ rule: EvolutionRule) {
    section = .diff
    id = rule.id
    let classes = DataFlow.allCases.map { rule.effect.classification(in: $0).rawValue }
    severity = Set(classes).count == 1 ? classes[0] : "varies"
    summary = "\(rule.reason.prefix(1).uppercased())\(rule.reason.dropFirst())."
    var flows: DataObject = [:]
    var text = "\(Self.title(rule.id, severity))\(summary)\n\n"
    for (flow, classification) in zip(DataFlow.allCases, classes) {
      flows[flow.rawValue] = .string(classification)
      // Do not repeat what the summary says about all flows.
      guard rule.consequence(in: flow) != rule.reason || severity == "varies" else { continue }
      text += "\(flow.title): \(classification): \(rule.consequence(in: flow)).\n"
    }
    text += (text.hasSuffix("\n\n") ? "" : "\n") + "From: \(rule.clause).\n"
    explanation = text + Self.text(rule.example)
    json = .object([
      "section": .string(Section.diff.rawValue),
      "id": .string(rule.id), "severity": .string(severity), "summary": .string(summary),
      "clause": .string(rule.clause), "flows": .object(flows),
      "before": Self.json(rule.example.before),
      "after": Self.json(rule.example.after),
    ])
  }

  private init(_ rule: DiagnosticRule, _ section: Section, _ example: EvolutionExample?) {
    self.section = section
    id = rule.id
    severity = rule.severity.rawValue
    summary = rule.summary.hasSuffix(".") ? rule.summary : "\(rule.summary)."
    explanation =
      "\(Self.title(rule.id, severity))\(summary)\n\(rule.explanation)\n"
      + (example.map(Self.text) ?? "")
    var fields: DataObject = [
      "section": .string(section.rawValue),
      "id": .string(rule.id), "severity": .string(severity), "summary": .string(summary),
      "reason": .string(rule.explanation),
    ]
    if let example {
      fields["before"] = Self.json(example.before)
      fields["after"] = Self.json(example.after)
    }
    json = .object(fields)
  }

  private static func title(_ id: String, _ severity: String) -> String {
    "\(id) (\(severity))\n\n"
  }

  private static func json(_ example: RuleExample) -> DataValue {
    .array(example.documents.map { .string($0) })
  }

  private static func text(_ example: EvolutionExample) -> String {
    "\nBefore:\n\n\(text(example.before))\n\nAfter:\n\n\(text(example.after))\n"
  }

  private static func place(_ example: RuleExample) -> String {
    example.path.map { " (\($0))" } ?? ""
  }

  private static func text(_ example: RuleExample) -> String {
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
}

extension DataFlow {
  fileprivate var title: String {
    switch self {
    case .shared: "Shared data"
    case .request: "Requests"
    case .response: "Responses"
    }
  }
}
