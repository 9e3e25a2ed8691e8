package import Lexicon

/// A diagnostic with the context that readers without the file need.
package struct Finding: Sendable {
  package var diagnostic: Diagnostic
  /// The document that the finding is about, if known.
  package var nsid: String?
  /// The path in the document, as a JSON Pointer (RFC 6901): `/defs/main/record`.
  package var path: String?
  /// The single safe correction, if there is one.
  package var edits: [TextEdit] = []
  /// Properties that a command adds, such as `class`. Keys are in camel case.
  package var properties: [String: String] = [:]
  /// The end of the key, scalar, or bracket at the location, if known.
  package private(set) var end: SourceLocation?
  private var ends: [SourceLocation?] = []

  package init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }

  fileprivate mutating func setEnds(_ end: SourceLocation?, _ ends: [SourceLocation?]) {
    self.end = end
    self.ends = ends
  }
}

extension Finding {
  /// The ends of the tokens at the locations of the notes.
  package var noteEnds: [SourceLocation?] {
    ends.isEmpty ? diagnostic.notes.map { _ in nil } : ends
  }
}

extension [Finding] {
  /// Adds the ends of the tokens at the locations of all findings and notes.
  package mutating func addEnds(in sources: [SourceFile]) {
    let files = Dictionary(sources.map { ($0.path, $0) }) { first, _ in first }
    var trees: [String: LocatedTree] = [:]
    func end(_ location: SourceLocation) -> SourceLocation? {
      guard let file = files[location.path], let format = file.format else { return nil }
      let tree = trees[file.path] ?? LocatedTree.read(file, as: format)
      trees[file.path] = tree
      return tree.source.location(at: tree.token(at: location.offset).upperBound)
    }
    for index in indices {
      self[index].setEnds(
        end(self[index].diagnostic.location),
        self[index].diagnostic.notes.map { end($0.location) }
      )
    }
  }
}

/// The description of a rule, for formats that include their rules.
package struct DiagnosticRule: Sendable {
  package var id: String
  package var severity: Diagnostic.Severity
  /// One sentence.
  package var summary: String
  /// The reason, and its source.
  package var explanation: String

  package init(id: String, severity: Diagnostic.Severity, summary: String, explanation: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.explanation = explanation
  }
}
