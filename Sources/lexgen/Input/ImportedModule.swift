import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconCompiler

/// `--import MODULE=PATH`: a module generated elsewhere, and the location of its documents.
struct ImportedModule: ExpressibleByArgument {
  /// The content of one location.
  struct Source {
    let name: String
    /// The configuration that generated the module, if the path is one.
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

    /// The documents that the module is generated from.
    func documents(of checked: CheckedCatalog) -> [LexiconDocument] {
      guard let configuration else { return checked.catalog.documents }
      return checked.catalog.documents.filter { document in
        configuration.options.module(ofNamespaceRoot: document.id.value.namespaceRoot) == name
      }
    }
  }

  let name: String
  /// A directory of documents, or the configuration that generates the module.
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    name = String(parts[0])
    path = String(parts[1])
  }

  private var isConfiguration: Bool { DocumentFormat(path: path) != nil }

  /// Reads the documents of modules, each of which may have several directories.
  static func read(_ modules: [ImportedModule]) throws -> [Source] {
    try Dictionary(grouping: modules, by: \.name).sorted { $0.key < $1.key }.flatMap {
      name,
      parts in
      if let fault = ModuleName.fault(in: name) {
        throw ValidationError("Invalid module name in --import: \(fault).")
      }
      var sources: [Source] = []
      for part in parts where part.isConfiguration {
        let configuration = try ProjectConfiguration.load(part.path)
        // The build plugin passes every dependency with generated files. Other modules must not use
        // the types of a subset.
        if configuration.subsets.contains(where: { $0.options.singleModule == name }) { continue }
        sources.append(Source(name, configuration: configuration, inputs: configuration.inputs))
      }
      let directories = parts.filter { !$0.isConfiguration }.map(\.path)
      return directories.isEmpty
        ? sources : sources + [Source(name, configuration: nil, inputs: directories)]
    }
  }
}
