import LexiconCompiler

/// A paragraph of a description: text, and between backticks code, as authors write it.
struct Prose {
  private var runs: [(text: String, isCode: Bool)] = []

  init(_ paragraph: String) {
    let pieces = paragraph.split(separator: "`", omittingEmptySubsequences: false)
    // Every second piece is code, but for one that nothing ends.
    for (index, piece) in pieces.enumerated() {
      let isCode = index % 2 == 1
      if isCode, index == pieces.count - 1 || piece.isEmpty {
        runs.append((index == pieces.count - 1 ? "`\(piece)" : "``", false))
      } else if !piece.isEmpty {
        runs.append((String(piece), isCode))
      }
    }
  }

  /// Without the marks.
  var text: String { runs.map(\.text).joined() }

  var view: TemplateView {
    TemplateView([
      "runs": runs.map { run in
        TemplateView([
          "code": run.isCode ? [run.text] : [], "plain": run.isCode ? [] : [run.text],
        ])
      }
    ])
  }
}

extension [String] {
  /// What the template shows of paragraphs.
  var views: [TemplateView] { map { Prose($0).view } }
}
