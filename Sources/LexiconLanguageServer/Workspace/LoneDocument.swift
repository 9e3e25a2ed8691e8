import Lexicon
import LexiconProject

/// A document that does not belong to a project.
enum LoneDocument {
  /// The findings in the document. References to other documents are not checked, and a file that is
  /// not a Lexicon document has no findings.
  static func findings(in file: SourceFile) -> [Finding] {
    guard let format = file.format else { return [] }
    let tree = LocatedTree.read(file, as: format)
    guard tree.root != nil || looksLikeLexicon(file, format) else { return [] }
    let checked = CheckedCatalog.checkPart([file])
    let advice = checked.findings(in: checked.catalog.documents)
    return (checked.diagnostics + advice).sorted()
      .filter { $0.rule != "not-a-lexicon" }
      .map { diagnostic in
        var finding = Finding(diagnostic)
        if format == .json, let rule = Rule[id: diagnostic.rule] {
          finding.edits = rule.edits(for: diagnostic, in: tree)
        }
        return finding
      }
  }

  /// Whether a file that cannot be parsed is probably a Lexicon document.
  private static func looksLikeLexicon(_ file: SourceFile, _ format: DocumentFormat) -> Bool {
    let root = SyntaxNode.broken(file.bytes, format)
    return root?["lexicon"] != nil
  }
}
