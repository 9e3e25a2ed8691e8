import ATProtoSyntax
import Lexicon

/// The findings of `lexgen check`: the compiler's diagnostics and the advice of the rules, with the
/// severities of the configuration.
struct Gate {
  let compilation: Compilation
  /// Sorted.
  let findings: [Finding]
  let files: [SourceFile]
  /// The number of files that are not Lexicon documents.
  let passedOver: Int

  init(_ options: InputOptions, isLocated: Bool) throws {
    let input = try CompilationInput(options)
    compilation = try Compilation(input, options)
    files = input.files
    let checked = compilation.checked
    var nsids: [String: String] = [:]
    for document in checked.catalog.documents + checked.drafts {
      nsids[document.id.location.path] = document.id.value.string
    }
    let named = Set(input.paths)
    let diagnostics = compilation.diagnostics.map { Self.refused($0, named) }
    var draftAdvice = DraftAdvice(compilation.drafts, files)
    let advice =
      checked
      .findings(in: compilation.documents + compilation.drafts, external: compilation.external)
      .filter { draftAdvice.isCertain($0) }
    passedOver = diagnostics.count { Self.otherFiles.contains($0.rule) }
    let settings = compilation.configuration.checks.rules
    var findings: [Finding] = []
    for diagnostic in (diagnostics + advice).sorted()
    where diagnostic.rule != "not-a-lexicon" || diagnostic.severity == .error {
      let nsid = nsids[diagnostic.location.path]
      guard let diagnostic = settings.apply(to: diagnostic, of: nsid) else { continue }
      var finding = Finding(diagnostic)
      finding.nsid = nsid
      findings.append(finding)
    }
    var trees: [String: LocatedTree] = [:]
    let sources = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    // A correction would make an installed document differ from its manifest.
    let installed = InstalledLexicons(compilation.configuration, options).files()
    for index in findings.indices {
      let diagnostic = findings[index].diagnostic
      let rule = Rule[id: diagnostic.rule]
      guard isLocated || rule?.isFixable == true,
        let file = sources[diagnostic.location.path], let format = file.format
      else { continue }
      let tree = trees[file.path] ?? LocatedTree.read(file, as: format)
      trees[file.path] = tree
      findings[index].path = tree.pointer(to: diagnostic.location.offset)
      if format == .json, let rule, !installed.contains(file.path) {
        findings[index].edits = rule.edits(for: diagnostic, in: tree)
      }
    }
    self.findings = findings
  }

  /// The rules that report a file that is not a Lexicon document.
  private static let otherFiles: Set = ["not-a-lexicon", "missing-version"]

  /// A file on the command line, unlike a file in a directory, must be a document.
  private static func refused(_ diagnostic: Diagnostic, _ named: Set<String>) -> Diagnostic {
    guard otherFiles.contains(diagnostic.rule), named.contains(diagnostic.location.path) else {
      return diagnostic
    }
    var diagnostic = diagnostic
    diagnostic.severity = .error
    if diagnostic.rule == "not-a-lexicon" {
      diagnostic.message = "not a Lexicon document: the field 'lexicon' is missing"
    }
    return diagnostic
  }

  /// The descriptions of all rules, for the report.
  static let rules: [DiagnosticRule] =
    DiagnosticRule.files + DiagnosticRule.lock
    + Rule.all.map { rule in
      DiagnosticRule(
        id: rule.id,
        severity: rule.severity,
        summary: rule.summary,
        explanation: "\(rule.reason) (\(rule.clause))"
      )
    }
}
