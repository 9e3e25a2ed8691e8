import ATProtoSyntax
package import Lexicon

extension CheckedCatalog {
  /// The document that a command is about.
  ///
  /// - Throws: the errors of the document, or of a document that it refers to; or a failure if it
  ///   is not found.
  package func document(_ nsid: String) throws(CommandFailure) -> LexiconDocument {
    let name = "'\(nsid)'"
    switch status(of: nsid) {
    case .valid:
      guard let document = catalog[nsid] else {
        throw CommandFailure("\(name) is a document of an imported module; it cannot be used here")
      }
      return document
    case .hasErrors:
      let own = reach(from: [nsid]).paths
      let errors = diagnostics(within: reach(from: [nsid])).filter { $0.severity == .error }
      let shown = errors.filter { own.contains($0.location.path) }
      throw .errors("\(name) has \(Terminal.count(shown.count, "error"))", shown)
    case .dependsOn(let other, let first):
      let errors = diagnostics(within: reach(from: [other])).filter { $0.severity == .error }
      throw .errors(
        "\(name) refers to '\(other)', which has errors",
        errors.isEmpty ? [first] : errors
      )
    case .unreadable(let path):
      let errors = diagnostics.filter { $0.severity == .error && $0.location.path == path }
      throw .errors("\(name) is in '\(path)', which cannot be read", errors)
    case .unknown(let nearest):
      throw CommandFailure("\(name) not found\(nearest.map { "; did you mean '\($0)'?" } ?? "")")
    }
  }
}

extension CommandFailure {
  fileprivate static func errors(_ message: String, _ diagnostics: [Diagnostic]) -> CommandFailure {
    CommandFailure(heading: message, diagnostics: diagnostics)
  }
}
