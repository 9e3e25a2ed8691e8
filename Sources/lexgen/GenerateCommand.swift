import ArgumentParser
import Lexicon
import LexiconCompiler

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes Swift for the documents in the given folders and files.",
    discussion: """
      Files whose content is the same are not touched. Files that are no longer generated are \
      removed if they carry the generated header, and only then.

      Without lexgen.yaml everything goes into one module.
      """
  )

  @OptionGroup var input: InputOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output folder.", valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write a complete Swift package of this name around the output.",
      valueName: "name"
    )
  )
  var package: String?

  @Option(
    help: ArgumentHelp(
      "The runtime's package: a folder, seen from the new package, or the URL of a repository.",
      valueName: "path or URL"
    )
  )
  var runtime: String?

  @Option(help: ArgumentHelp("The one module that takes everything.", valueName: "name"))
  var module: String?

  @Option(
    help: "Access level of the generated declarations: public, package or internal.",
    transform: GenerateCommand.access
  )
  var access: CompilerOptions.Access?

  @Flag(help: "Generate the documents without errors even where others have some.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Print errors and warnings only.")
  var quiet = false

  private static func access(_ text: String) throws -> CompilerOptions.Access {
    guard let access = CompilerOptions.Access(rawValue: text) else {
      let known = CompilerOptions.Access.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(text)' is none of \(known).")
    }
    return access
  }

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let compilation = try Compilation(input)
    compilation.report()
    if compilation.hasErrors && !keepGoing { throw Status.findings }

    guard let folder = output ?? compilation.configuration.output else {
      throw ValidationError("No output folder: give --output, or 'output' in lexgen.yaml.")
    }
    var options = compilation.configuration.options
    if let module { options.singleModule = module }
    if let package, options.modules.isEmpty, options.singleModule == nil,
      !compilation.configuration.hasModulePerAuthority
    {
      options.singleModule = package
    }
    if !compilation.configuration.hasModulePerAuthority && options.singleModule == nil {
      options.singleModule = "Lexicons"
    }
    if let access { options.access = access }
    for name in [options.singleModule].compactMap(\.self) + options.modules.values.sorted() {
      if let fault = ModuleName.fault(in: name) { throw ValidationError("Module name: \(fault).") }
    }
    if compilation.layout != nil, package != nil || compilation.configuration.hasModulePerAuthority
    {
      throw ValidationError("--root makes one module: --package and 'targets' do not go with it.")
    }

    if !quiet { Terminal.progress("compiling \(compilation.documents.count) documents") }
    let result = try Compiler.compile(
      compilation.documents,
      external: compilation.external,
      options: options
    )
    for diagnostic in result.diagnostics { Terminal.error(diagnostic.description) }
    guard result.diagnostics.isEmpty else { throw Status.findings }

    let files = try arranged(result, options: options, layout: compilation.layout)
    let summary: OutputWriter.Summary
    do throws(FileSystem.Failure) {
      summary = try OutputWriter(folder: folder).write(files)
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
    if !quiet {
      let lines = files.reduce(0) { $0 + $1.content.utf8.count(where: { $0 == 0x0A }) }
      Terminal.progress(
        "\(compilation.documents.count) documents, \(result.typeCount) types, "
          + "\(files.count) files (\(summary.written) written, \(summary.unchanged) unchanged, "
          + "\(summary.removed) removed), \(lines) lines in \(Terminal.seconds(clock.now - start))"
      )
    }
    if compilation.hasErrors { throw Status.findings }
  }

  /// Where the files go: a folder per module, but for the one module of a plain target.
  private func arranged(
    _ result: Compiler.Output,
    options: CompilerOptions,
    layout: RootedLayout?
  ) throws -> [OutputFile] {
    if let layout, let module = options.singleModule {
      return layout.arranged(result, module: module)
    }
    if let package {
      guard let runtime else {
        throw ValidationError("--package needs --runtime: where the runtime's package is.")
      }
      try Runtime.refuseItsOwnModules(result.modules)
      guard options.externalModules.isEmpty else {
        throw ValidationError(
          "--package does not know which package has the imported modules: write its manifest by "
            + "hand, and generate into a target."
        )
      }
      let manifest = try Emitter(options: options).manifest(
        named: package,
        modules: result.modules,
        runtime: Runtime(runtime).dependency
      )
      return [manifest]
        + result.files.map { OutputFile(path: "Sources/\($0.path)", content: $0.content) }
    }
    guard options.singleModule != nil, result.modules.count == 1, let module = result.modules.first
    else { return result.files }
    return result.files.map { file in
      OutputFile(
        path: String(file.path.dropFirst(module.name.count + 1)),
        content: file.content
      )
    }
  }
}

/// The package that generated code links against.
struct Runtime {
  /// Generated modules that it has itself: SwiftPM takes a name once in a whole graph.
  static let modules: Set<String> = ["ComAtprotoAPI", "AppBskyAPI"]

  static func refuseItsOwnModules(_ modules: [SwiftModule]) throws {
    guard let name = modules.map(\.name).first(where: Self.modules.contains) else { return }
    throw ValidationError(
      "The runtime's package has a module '\(name)' itself: import it ('imports' in lexgen.yaml), "
        + "or give yours another name ('targets' in lexgen.yaml)."
    )
  }

  let dependency: (dependency: String, name: String)

  init(_ location: String) {
    let name = location.split(separator: "/").last.map(String.init) ?? location
    if location.contains("://") || location.hasPrefix("git@") {
      let package = name.hasSuffix(".git") ? String(name.dropLast(4)) : name
      dependency = (".package(url: \(SwiftLiteral.string(location)), branch: \"main\")", package)
    } else {
      dependency = (".package(name: \"lexgen\", path: \(SwiftLiteral.string(location)))", "lexgen")
    }
  }
}
