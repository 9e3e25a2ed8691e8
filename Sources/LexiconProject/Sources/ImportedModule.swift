import ATProtoSyntax
package import Lexicon
import LexiconCompiler

/// `--import MODULE=PATH`: a module generated elsewhere, and the location of its documents.
package struct ImportedModule {
  /// The content of one location.
  package struct Source {
    package let name: String
    /// The configuration that generated the module, if the path is one.
    package let configuration: ProjectConfiguration?
    package let files: [SourceFile]
    package let diagnostics: [Diagnostic]

    init(
      _ name: String,
      configuration: ProjectConfiguration?,
      inputs: [String],
      from provider: any FileProvider
    ) {
      let reader = InputReader(inputs, from: provider)
      self.name = name
      self.configuration = configuration
      files = reader.files
      diagnostics = reader.diagnostics
    }

    /// The documents that the module is generated from.
    package func documents(of checked: CheckedCatalog) -> [LexiconDocument] {
      guard let configuration else { return checked.catalog.documents }
      return checked.catalog.documents.filter { document in
        configuration.options.module(ofNamespaceRoot: document.id.value.namespaceRoot) == name
      }
    }
  }

  package let name: String
  /// A directory of documents, or the configuration that generates the module.
  package let path: String

  /// - Parameter text: `MODULE=PATH`
  package init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    name = String(parts[0])
    path = String(parts[1])
  }

  private var isConfiguration: Bool { DocumentFormat(path: path) != nil }

  /// Reads the documents of modules, each of which may have several directories.
  static func read(
    _ modules: [ImportedModule],
    from provider: any FileProvider
  ) throws(CommandFailure) -> [Source] {
    var sources: [Source] = []
    for (name, parts) in Dictionary(grouping: modules, by: \.name).sorted(by: { $0.key < $1.key }) {
      if let fault = ModuleName.fault(in: name) {
        throw CommandFailure("'\(name)' is not a valid module name for --import: \(fault)")
      }
      for part in parts where part.isConfiguration {
        let configuration = try ProjectConfiguration.load(part.path, from: provider)
        // The build plugin passes every dependency with generated files. Other modules must not use
        // the types of a subset.
        if configuration.subsets.contains(where: { $0.options.singleModule == name }) { continue }
        sources.append(
          Source(
            name,
            configuration: configuration,
            inputs: configuration.inputs,
            from: provider
          )
        )
      }
      let directories = parts.filter { !$0.isConfiguration }.map(\.path)
      if !directories.isEmpty {
        sources.append(Source(name, configuration: nil, inputs: directories, from: provider))
      }
    }
    return sources
  }
}
