import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconCompiler

/// `--import MODULE=PATH`: a module generated elsewhere, and where its documents are.
struct ImportedModule: ExpressibleByArgument {
  /// What was read of it.
  struct Source {
    let name: String
    /// The configuration that generated it, where one is named.
    let configuration: ProjectConfiguration?
    let files: [SourceFile]
    let diagnostics: [Diagnostic]

    /// The documents that the module was generated from.
    func documents(of checked: CheckedCatalog) -> [LexiconDocument] {
      guard let configuration else { return checked.catalog.documents }
      return checked.catalog.documents.filter { document in
        let authority = NSIDPath(document.id.value.string).authority
        return configuration.options.module(ofAuthority: authority) == name
      }
    }
  }

  let name: String
  /// A folder of documents, or the configuration that generated the module.
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    name = String(parts[0])
    path = String(parts[1])
  }

  func read() throws -> Source {
    if let fault = ModuleName.fault(in: name) { throw ValidationError("--import: \(fault).") }
    let isConfiguration = DocumentFormat(path: path) != nil
    let configuration = isConfiguration ? try ProjectConfiguration.load(path) : nil
    let reader = InputReader(configuration?.inputs ?? [path])
    return Source(
      name: name,
      configuration: configuration,
      files: reader.files,
      diagnostics: reader.diagnostics
    )
  }
}
