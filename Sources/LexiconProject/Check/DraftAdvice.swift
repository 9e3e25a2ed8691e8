import Lexicon

/// Decides which advice on a document with errors still holds once the errors are fixed.
///
/// The unreadable parts are missing from a draft: a limit of the wrong type looks as if there were
/// no limit. Therefore, advice is given next to an error, but not for the parts that contain one.
struct DraftAdvice {
  private struct Draft {
    var tree: LocatedTree
    /// The paths of the unreadable parts, as JSON Pointers.
    var errors: [String]
  }

  private let files: [String: SourceFile]
  private let features: LexiconFeatures
  private var drafts: [String: Draft] = [:]

  init(_ documents: [LexiconDocument], _ files: [SourceFile], _ features: LexiconFeatures) {
    self.features = features
    let paths = Set(documents.map(\.id.location.path))
    self.files = Dictionary(files.filter { paths.contains($0.path) }.map { ($0.path, $0) }) {
      first,
      _ in first
    }
  }

  mutating func isCertain(_ advice: Diagnostic) -> Bool {
    guard let draft = draft(at: advice.location.path), !draft.errors.isEmpty else { return true }
    let place = draft.tree.pointer(to: advice.location.offset)
    return !draft.errors.contains { error in
      error == place || error.hasPrefix("\(place)/")
        || Self.listOwner(error).map {
          place.hasPrefix("\($0)/")
        } ?? false
    }
  }

  private mutating func draft(at path: String) -> Draft? {
    if let known = drafts[path] { return known }
    guard let file = files[path], let format = file.format else { return nil }
    let tree = LocatedTree.read(file, as: format)
    // Unresolved references remove nothing from a draft, so parse errors are enough.
    let errors = LexiconDocument.parse(file, features: features).diagnostics
      .filter { $0.severity == .error }
      .map { tree.pointer(to: $0.location.offset) }
    let draft = Draft(tree: tree, errors: errors)
    drafts[path] = draft
    return draft
  }

  /// The object whose list `required` or `nullable` is unreadable; all its properties depend on it.
  private static func listOwner(_ pointer: String) -> String? {
    let steps = pointer.split(separator: "/")
    guard steps.count > 1, ["required", "nullable"].contains(steps[steps.count - 1]),
      steps[steps.count - 2] != "properties"
    else { return nil }
    return "/" + steps.dropLast().joined(separator: "/")
  }
}
