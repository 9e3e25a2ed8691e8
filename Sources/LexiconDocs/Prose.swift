import Templating

/// A paragraph of a description, with code between backticks.
struct Prose {
  private var runs: [(text: String, isCode: Bool)] = []

  init(_ paragraph: String) {
    let pieces = paragraph.split(separator: "`", omittingEmptySubsequences: false)
    // Every second piece is code, unless its closing backtick is missing.
    for (index, piece) in pieces.enumerated() {
      let isCode = index % 2 == 1
      if isCode, index == pieces.count - 1 || piece.isEmpty {
        runs.append((index == pieces.count - 1 ? "`\(piece)" : "``", false))
      } else if !piece.isEmpty {
        runs.append((String(piece), isCode))
      }
    }
  }

  /// The text without backticks.
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
  /// The views of paragraphs.
  var views: [TemplateView] { map { Prose($0).view } }
}
