import ATProtoSyntax
import ArgumentParser
import Lexicon

/// The lexicons behind a command that works on something else: on data, or on one definition.
struct CatalogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder or file of lexicons; may be repeated. Without it, 'inputs' of lexgen.yaml.",
      valueName: "path"
    ),
    completion: .file(extensions: ["json", "yaml", "yml"])
  )
  var lexicons: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp("Configuration file; lexgen.yaml here where it exists.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var configuration: String?

  /// Everything there is, the lexicons of imported modules included. Errors are printed.
  ///
  /// - Parameter inputs: folders and files named without the option.
  func load(_ inputs: [String] = []) throws -> CheckedCatalog {
    let configuration = try ProjectConfiguration.load(self.configuration)
    let named = inputs + lexicons
    let paths = named.isEmpty ? configuration.inputs : named
    guard !paths.isEmpty else {
      throw ValidationError(
        "No lexicons: name a folder with --lexicons, or list it under 'inputs' in lexgen.yaml."
      )
    }
    let reader = InputReader(paths + configuration.imports.flatMap(\.lexicons))
    let checked = CheckedCatalog.check(reader.files)
    for diagnostic in (reader.diagnostics + checked.diagnostics).sorted()
    where diagnostic.severity == .error {
      Terminal.error(diagnostic.description)
    }
    return checked
  }

  /// NSIDs for a shell that completes one: those of lexgen.yaml.
  static let completion = CompletionKind.custom { _, _, prefix in
    guard let inputs = try? ProjectConfiguration.load(nil).inputs else { return [] }
    return InputReader(inputs).files
      .compactMap { LexiconDocument.parse($0).document?.id.value.string }
      .filter { $0.hasPrefix(prefix) }
  }
}
