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
    help: ArgumentHelp(
      "Resolve references with the documents in this directory or file, too; repeatable.",
      valueName: "path"
    ),
    completion: .directory
  )
  var refs: [String] = []

  @Option(
    name: [.short, .customLong("config")],
    help: ArgumentHelp(
      "Use this configuration file. Default: lexgen.yaml in the current directory, if it exists.",
      valueName: "file"
    ),
    completion: .file(extensions: ["yaml", "yml"])
  )
  var configuration: String?

  @OptionGroup var language: FeatureOptions

  /// Reads and checks all lexicons, including those of imported modules. Errors in documents are not
  /// printed, because only those of the command's subject count.
  ///
  /// - Parameter inputs: directories and files passed without the option.
  func load(_ inputs: [String] = []) throws(CommandFailure) -> LoadedCatalog {
    let configuration = try ProjectConfiguration.load(self.configuration)
    let named = inputs + lexicons
    let paths = named.isEmpty ? configuration.inputs : named
    guard !paths.isEmpty else {
      throw CommandFailure(
        "no lexicons: pass a directory with --lexicons, or list it under 'inputs' in lexgen.yaml"
      )
    }
    let references = configuration.references + refs
    let own = InputReader(paths, skippingReferences: references)
    let others = InputReader(
      references + configuration.imports.flatMap(\.lexicons),
      skippingFilesOf: own
    )
    let files =
      own.files.map { CatalogFile($0) } + others.files.map { CatalogFile($0, role: .reference) }
    return LoadedCatalog(
      checked: CheckedCatalog.check(
        files,
        features: configuration.features.union(language.features)
      ),
      readErrors: own.diagnostics + others.diagnostics,
      named: Set(paths + references)
    )
  }

  /// Completes an NSID from the documents of lexgen.yaml.
  static let completion = CompletionKind.custom { _, _, prefix in
    guard let configuration = try? ProjectConfiguration.load(nil) else { return [] }
    return InputReader(configuration.inputs).files
      .compactMap { file in
        LexiconDocument.parse(file, features: configuration.features).document?.id.value.string
      }
      .filter { $0.hasPrefix(prefix) }
  }
}

/// The checked documents of a command with a subject.
struct LoadedCatalog {
  let checked: CheckedCatalog
  fileprivate let readErrors: [Diagnostic]
  /// Paths that the user named.
  fileprivate let named: Set<String>

  /// Prints errors in everything that the documents refer to, and missing inputs. Returns whether
  /// there are any.
  ///
  /// - Parameter nsids: the documents that count; nil for all of the project's own.
  func reportErrors(of nsids: [String]?) -> Bool {
    let reach = checked.reach(
      from: nsids ?? checked.ownNSIDs,
      others: nsids == nil ? checked.unnamedPaths : []
    )
    let unread = readErrors.filter {
      nsids == nil || DiagnosticRule.isAboutUnknownDocuments($0)
        || named.contains($0.location.path)
    }
    let errors = (unread + checked.diagnostics(within: reach))
      .filter { $0.severity == .error }.sorted()
    for error in errors { Terminal.error(error.description) }
    return !errors.isEmpty
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

extension CheckedCatalog {
  /// Throws unless a subject describes data.
  func requireData(_ subject: SampleSubject) throws(CommandFailure) {
    let document = try document(subject.nsid)
    guard let definition = document[definition: subject.definition] else {
      let names = document.definitions.map(\.name.value)
      let hint = Suggestion.hint(for: subject.definition, among: names)
      throw CommandFailure(
        "'\(subject.nsid)' has no definition \(quoted(subject.definition))\(hint)"
      )
    }
    guard let kind = definition.methodKind else { return }
    let parts = SampleSubject.Part.allCases.filter { part in
      (try? catalog.schema(of: SampleSubject(nsid: subject.nsid, part: part))) != nil
    }
    if let part = subject.part, parts.contains(part) { return }
    let names = parts.map { "\(subject.nsid)/\($0.rawValue)" }
    let remedy =
      names.isEmpty
      ? "; it has no part that describes data"
      : "; write \(names.formatted(word: "or"))"
    let part = subject.part.map { " without '\($0.rawValue)'" } ?? ""
    throw CommandFailure("'\(subject.nsid)' is a \(kind)\(part)\(remedy)")
  }
}

extension Definition {
  /// `query`, `procedure`, or `subscription`; nil for other definitions.
  fileprivate var methodKind: String? {
    switch kind {
    case .query: "query"
    case .procedure: "procedure"
    case .subscription: "subscription"
    default: nil
    }
  }
}

extension [String] {
  /// `a`, `a or b`, `a, b, or c`
  func formatted(word: String) -> String {
    switch count {
    case 0, 1: joined()
    case 2: "\(self[0]) \(word) \(self[1])"
    default: "\(dropLast().joined(separator: ", ")), \(word) \(self[count - 1])"
    }
  }
}
