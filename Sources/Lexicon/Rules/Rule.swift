/// A lint rule: something that Lexicon documents must or should do.
///
/// Rules of the language are errors and warnings of the Lexicon specification; the document reader
/// and the catalog check report them. Advice comes from the Lexicon style guide and from
/// experience, and a project can change its severity (``RuleSettings``).
///
/// A rule is declared once, as a static constant of this type, and listed in ``all``. Code reports
/// it by that constant, so its id and its severity are written in one place.
public struct Rule: Sendable {
  /// The stable id in kebab case, such as `unlimited-string`. Configurations and baselines refer to
  /// rules by their ids.
  public let id: String
  /// The severity of a finding, unless the settings of a project change it.
  public let severity: Diagnostic.Severity
  /// What documents must or should do: one sentence.
  public let summary: String
  /// Why the rule exists: one or two sentences.
  public let reason: String
  /// The source of the rule: a specification or guide, with its section.
  public let clause: String
  /// Looks for violations. Nil for rules of the language, which are checked while documents are
  /// read.
  let check: (@Sendable (inout RuleSubject) -> Void)?

  private let makeBad: @Sendable () -> RuleExample
  private let makeGood: @Sendable () -> RuleExample
  private let fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])?

  /// A rule of the language.
  ///
  /// - Parameters:
  ///   - bad: documents that break this rule and no other; created on first use, because most runs
  ///     do not show examples
  ///   - good: the same documents, corrected
  ///   - fix: returns the one safe correction of a finding, or no edits if none is safe
  init(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    reason: String,
    clause: String,
    bad: @autoclosure @escaping @Sendable () -> RuleExample,
    good: @autoclosure @escaping @Sendable () -> RuleExample,
    fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.reason = reason
    self.clause = clause
    makeBad = bad
    makeGood = good
    self.fix = fix
    check = nil
  }

  /// A rule of advice, with its check.
  init(
    _ id: String,
    _ severity: Diagnostic.Severity,
    _ summary: String,
    reason: String,
    clause: String,
    bad: @autoclosure @escaping @Sendable () -> RuleExample,
    good: @autoclosure @escaping @Sendable () -> RuleExample,
    fix: (@Sendable (Diagnostic, LocatedTree) -> [TextEdit])? = nil,
    check: @escaping @Sendable (inout RuleSubject) -> Void
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.reason = reason
    self.clause = clause
    makeBad = bad
    makeGood = good
    self.fix = fix
    self.check = check
  }

  /// Documents that break this rule.
  public var bad: RuleExample { makeBad() }

  /// The documents of ``bad``, corrected.
  public var good: RuleExample { makeGood() }

  /// Whether the rule belongs to the language. A document with an error of such a rule has no
  /// defined meaning, so a configuration cannot change the severity of that error.
  public var isOfLanguage: Bool { check == nil }

  /// Whether some findings of the rule can be corrected automatically.
  public var isFixable: Bool { fix != nil }

  /// Returns the edits that correct a finding of this rule in a JSON document, or no edits if no
  /// correction is safe.
  public func edits(for finding: Diagnostic, in tree: LocatedTree) -> [TextEdit] {
    fix?(finding, tree) ?? []
  }
}

extension Diagnostic {
  /// A finding of a rule. It has the severity of the rule, unless another one is given.
  init(
    _ rule: Rule,
    as severity: Severity? = nil,
    at location: SourceLocation,
    _ message: String,
    notes: [Note] = [],
    replacement: String? = nil
  ) {
    self.init(
      severity ?? rule.severity,
      rule: rule.id,
      at: location,
      message,
      notes: notes,
      replacement: replacement
    )
  }
}

extension Rule {
  /// Sections of the Lexicon style guide and of specifications.
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
