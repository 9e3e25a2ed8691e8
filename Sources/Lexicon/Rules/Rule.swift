/// Something that documents should or must not do: the errors of the language, and what the
/// Lexicon style guide and good sense advise.
public struct Rule: Sendable {
  /// Stable, in kebab case: `unlimited-string`.
  public let id: String
  /// How a finding is reported where the configuration says nothing else.
  public let severity: Diagnostic.Severity
  /// What the rule wants; a sentence.
  public let summary: String
  /// Why; a sentence or two.
  public let reason: String
  /// Where it is written: a document with its section.
  public let clause: String
  public let bad: RuleExample
  public let good: RuleExample
  /// Looks for what breaks the rule; nil where the reader of documents does that itself.
  let check: (@Sendable (inout RuleSubject) -> Void)?
  /// The one safe answer to a finding, as changes of the source text; empty where there is none.
  let fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])?

  /// A rule of the language: the reader of documents looks for it.
  init(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    reason: String,
    clause: String,
    bad: RuleExample,
    good: RuleExample,
    fixedBy fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.reason = reason
    self.clause = clause
    self.bad = bad
    self.good = good
    self.fix = fix
    check = nil
  }

  init(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    reason: String,
    clause: String,
    bad: RuleExample,
    good: RuleExample,
    fixedBy fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil,
    check: @escaping @Sendable (inout RuleSubject) -> Void
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.reason = reason
    self.clause = clause
    self.bad = bad
    self.good = good
    self.fix = fix
    self.check = check
  }

  /// Whether it is part of the language: then documents that break it with an error mean nothing,
  /// and no configuration changes that.
  public var isOfLanguage: Bool { check == nil }

  /// Whether some findings have one safe answer.
  public var isFixable: Bool { fix != nil }

  /// The edits that answer a finding of this rule in JSON; empty where no answer is safe.
  public func edits(for finding: Diagnostic, in tree: LocatedTree) -> [TextEdit] {
    fix?(finding, tree) ?? []
  }

  /// Parts of the Lexicon style guide, and specifications.
  enum Clause {
    static let naming = "Lexicon style guide, \"Naming conventions\""
    static let grouping = "Lexicon style guide, \"NSID namespace grouping\""
    static let casing = "Lexicon style guide, \"Overview\""
    static let documentation = "Lexicon style guide, \"Documentation\""
    static let guidelines = "Lexicon style guide, \"Other guidelines\""
    static let evolution = "Lexicon style guide, \"Lexicon evolution\""
    static let patterns = "Lexicon style guide, \"Design Patterns\""
    static let permissionSets = "Permission specification, \"Permission Sets\""
    static let nsid = "NSID specification, \"NSID Syntax\""
    static let json = "RFC 8259"
    static let yaml = "YAML 1.2.2"

    /// A section of the Lexicon specification.
    static func specification(_ section: String) -> String {
      "Lexicon specification, \"\(section)\""
    }
  }
}
