import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconCompiler

/// `--import MODULE=PATH`: a module generated elsewhere, and where its documents are.
struct ImportedModule: ExpressibleByArgument {
  let name: String
  /// A folder of documents, or the configuration that generated the module.
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    name = String(parts[0])
    path = String(parts[1])
  }

  /// The documents that the module was generated from.
  func documents() throws -> [LexiconDocument] {
    guard DocumentFormat(path: path) != nil else {
      return CheckedCatalog.check(InputReader([path]).files).catalog.documents
    }
    let configuration = try ProjectConfiguration.load(path)
    return CheckedCatalog.check(InputReader(configuration.inputs).files).catalog.documents
      .filter { document in
        let authority = NSIDPath(document.id.value.string).authority
        return configuration.options.module(ofAuthority: authority) == name
      }
  }
}
