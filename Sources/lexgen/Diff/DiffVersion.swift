import Lexicon
import LexiconCompiler

/// One of the two versions that are compared.
struct DiffVersion {
  let name: String
  let catalog: Catalog
  /// Errors only: what cannot be read or is no Lexicon cannot be compared.
  let diagnostics: [Diagnostic]
  let files: [SourceFile]

  init(_ name: String) throws {
    self.name = name
    let read: (files: [SourceFile], diagnostics: [Diagnostic])
    if name.hasPrefix("git:") {
      do {
        read = (try GitTree(name).files(), [])
      } catch {
        Terminal.error("\(name): error: \(error.description)")
        throw Status.usage
      }
    } else {
      let input = InputReader([name])
      read = (input.files, input.diagnostics)
    }
    files = read.files
    // References to documents of others, which nobody has to have at hand, may lead elsewhere.
    let checked = CheckedCatalog.checkPart(files)
    catalog = checked.catalog
    diagnostics = (read.diagnostics + checked.diagnostics).filter { $0.severity == .error }
  }

  /// What is generated from the documents.
  func modules() throws -> [SwiftModule] {
    let checked = CheckedCatalog.check(files)
    if checked.hasErrors {
      for diagnostic in checked.diagnostics where diagnostic.severity == .error {
        Terminal.error(diagnostic.description)
      }
      Terminal.error("\(name): error: --swift needs every document that is referred to")
      throw Status.usage
    }
    return Lowering.modules(of: checked.catalog.documents, options: CompilerOptions())
  }

  /// Where a definition stands.
  ///
  /// - Parameter origin: `nsid` or `nsid#definition`.
  func location(of origin: String) -> SourceLocation? {
    let parts = origin.split(separator: "#", maxSplits: 1).map(String.init)
    guard let nsid = parts.first, let document = catalog[nsid] else { return nil }
    let definition = document[definition: parts.count > 1 ? parts[1] : "main"]
    return definition?.name.location ?? document.id.location
  }
}
