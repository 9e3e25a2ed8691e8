import ATProtoSyntax
package import Lexicon

extension ProjectCheck {
  /// The rules that report a file that is not a Lexicon document.
  private static let otherFiles: Set = ["not-a-lexicon", "missing-version"]

  /// The number of the project's own files that are not Lexicon documents.
  package var passedOver: Int {
    diagnostics.count { Self.otherFiles.contains($0.rule) }
  }

  /// The compiler's diagnostics and the advice of the rules, with the severities of the
  /// configuration, sorted.
  ///
  /// - Parameters:
  ///   - isLocated: whether all findings have the path in their document.
  ///   - advice: the advice on the selected documents and drafts; nil to compute it.
  package func findings(isLocated: Bool, advice: [Diagnostic]? = nil) -> [Finding] {
    var nsids: [String: String] = [:]
    for document in checked.catalog.documents + checked.drafts {
      nsids[document.id.location.path] = document.id.value.string
    }
    var draftAdvice = DraftAdvice(checked.drafts, sources.ownFiles, sources.features)
    let advice =
      (advice ?? checked.findings(in: advised, external: external))
      .filter { reach.covers($0) && draftAdvice.isCertain($0) }
    let named = sources.named
    let settings = configuration.checks.rules
    var findings: [Finding] = []
    for diagnostic in (diagnostics.map({ Self.refused($0, named) }) + advice).sorted()
    where diagnostic.rule != "not-a-lexicon" || diagnostic.severity == .error {
      let nsid = nsids[diagnostic.location.path]
      guard let diagnostic = settings.apply(to: diagnostic, of: nsid) else { continue }
      var finding = Finding(diagnostic)
      finding.nsid = nsid
      findings.append(finding)
    }
    addPlaces(to: &findings, isLocated: isLocated)
    return findings
  }

  /// The project's own documents in the selection, and the readable parts of those with errors.
  package var advised: [LexiconDocument] {
    let own = Set(checked.ownNSIDs)
    return (documents + checked.drafts).filter { document in
      let nsid = document.id.value.string
      return own.contains(nsid) && reach.nsids.contains(nsid)
    }
  }

  /// Adds paths and corrections.
  private func addPlaces(to findings: inout [Finding], isLocated: Bool) {
    var trees: [String: LocatedTree] = [:]
    let files = Dictionary(sources.files.map { ($0.file.path, $0) }) { first, _ in first }
    // A correction would make an installed document differ from its manifest.
    let installed = InstalledLexicons(configuration, sources.options).files()
    for index in findings.indices {
      let diagnostic = findings[index].diagnostic
      let rule = Rule[id: diagnostic.rule]
      guard isLocated || rule?.isFixable == true,
        let (file, role) = files[diagnostic.location.path].map({ ($0.file, $0.role) }),
        let format = file.format
      else { continue }
      let tree = trees[file.path] ?? LocatedTree.read(file, as: format)
      trees[file.path] = tree
      findings[index].path = tree.pointer(to: diagnostic.location.offset)
      if format == .json, role == .own, let rule, !installed.contains(file.path) {
        findings[index].edits = rule.edits(for: diagnostic, in: tree)
      }
    }
  }

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
}

extension DiagnosticRule {
  /// The descriptions of the rules of `lexgen check`, for its reports.
  package static let check: [DiagnosticRule] =
    files + lock
    + Rule.all.map { rule in
      DiagnosticRule(
        id: rule.id,
        severity: rule.severity,
        summary: rule.summary,
        explanation: "\(rule.reason) (\(rule.clause))"
      )
    }
}
