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

    init(_ name: String, configuration: ProjectConfiguration?, inputs: [String]) {
      let reader = InputReader(inputs)
      self.name = name
      self.configuration = configuration
      files = reader.files
      diagnostics = reader.diagnostics
    }

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

  private var isConfiguration: Bool { DocumentFormat(path: path) != nil }

  /// A module may have its documents in several folders.
  static func read(_ modules: [ImportedModule]) throws -> [Source] {
    try Dictionary(grouping: modules, by: \.name).sorted { $0.key < $1.key }.flatMap {
      name,
      parts in
      if let fault = ModuleName.fault(in: name) { throw ValidationError("--import: \(fault).") }
      var sources: [Source] = []
      for part in parts where part.isConfiguration {
        let configuration = try ProjectConfiguration.load(part.path)
        sources.append(Source(name, configuration: configuration, inputs: configuration.inputs))
      }
      let folders = parts.filter { !$0.isConfiguration }.map(\.path)
      return folders.isEmpty
        ? sources : sources + [Source(name, configuration: nil, inputs: folders)]
    }
  }
}
