import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject
import LexiconSamples

/// The lexicons for a command that works on data or on a single definition.
struct CatalogOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read lexicons from this directory or file; repeatable. Default: 'inputs' in lexgen.yaml.",
      valueName: "path"
    ),
    completion: .file(extensions: ["json", "yaml", "yml"])
  )
  var lexicons: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp(
      "Use this configuration file. Default: lexgen.yaml in the current directory, if it exists.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var configuration: String?

  /// Reads and checks all lexicons, including those of imported modules; prints errors.
  ///
  /// - Parameter inputs: directories and files passed without the option.
  func load(_ inputs: [String] = []) throws -> CheckedCatalog {
    let configuration = try ProjectConfiguration.load(self.configuration)
    let named = inputs + lexicons
    let paths = named.isEmpty ? configuration.inputs : named
    guard !paths.isEmpty else {
      throw CommandFailure(
        "no lexicons: pass a directory with --lexicons, or list it under 'inputs' in lexgen.yaml"
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

  /// Completes an NSID from the documents of lexgen.yaml.
  static let completion = CompletionKind.custom { _, _, prefix in
    guard let inputs = try? ProjectConfiguration.load(nil).inputs else { return [] }
    return InputReader(inputs).files
      .compactMap { LexiconDocument.parse($0).document?.id.value.string }
      .filter { $0.hasPrefix(prefix) }
  }
}

/// A definition, or a part of a method, on the command line.
struct CatalogSubject: ExpressibleByArgument {
  static func help(_ abstract: String) -> ArgumentHelp {
    ArgumentHelp(
      abstract,
      discussion: "NSID, NSID#definition, or a part of a method: NSID/input, NSID/output, "
        + "NSID/parameters, NSID/message.",
      valueName: "nsid"
    )
  }

  let subject: SampleSubject

  init?(argument: String) {
    guard let subject = SampleSubject(argument), (try? NSID(subject.nsid)) != nil else {
      return nil
    }
    self.subject = subject
  }
}
