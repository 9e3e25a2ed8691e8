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

        lexgen generate
        lexgen generate Lexicons --output Sources/Generated --module NoteLexicons
        lexgen generate Lexicons --output Notes --package Notes --runtime ../lexgen
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

  @Option(
    help: ArgumentHelp(
      "Keep the result in this file; while input, options and lexgen stay the same it is taken "
        + "from there.",
      discussion: "The output folder is brought in line as always. The file is for this machine: "
        + "do not commit it.",
      valueName: "file"
    )
  )
  var cache: String?

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
    let input = try CompilationInput(self.input)
    let cache = try openCache(for: input)
    let cached = cache?.result()
    for warning in cached?.warnings ?? [] { Terminal.error(warning) }
    let result = try cached ?? generate(input)
    let folder = try outputFolder(input.configuration)
    let summary: OutputWriter.Summary
    do throws(FileSystem.Failure) {
      summary = try OutputWriter(folder: folder).write(result.files)
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
    do throws(FileSystem.Failure) {
      if cached == nil { try cache?.store(result) }
    } catch {
      Terminal.error("\(error.path): warning: \(error.description)")
    }
    if !quiet {
      let lines = result.files.reduce(0) { $0 + $1.lineCount }
      Terminal.progress(
        "\(result.documentCount) documents, \(result.typeCount) types, "
          + "\(result.files.count) files (\(summary.written) written, "
          + "\(summary.unchanged) unchanged, \(summary.removed) removed), "
          + "\(lines) lines in \(Terminal.seconds(clock.now - start))"
      )
    }
    if result.hasErrors { throw Status.findings }
  }

  /// Checks and compiles; prints what was found.
  private func generate(_ input: CompilationInput) throws -> GenerationResult {
    let compilation = try Compilation(input, self.input)
    compilation.report()
    if compilation.hasErrors && !keepGoing { throw Status.findings }
    let options = try compilerOptions(for: compilation)
    guard !compilation.documents.isEmpty || compilation.layout != nil else {
      // Going on would remove all that was generated.
      if compilation.hasErrors { throw Status.findings }
      throw ValidationError("No Lexicon document is among the input.")
    }

    if !quiet { Terminal.progress("compiling \(compilation.documents.count) documents") }
    let output = try Compiler.compile(
      compilation.documents,
      external: compilation.external,
      options: options
    )
    for diagnostic in output.diagnostics.sorted() { Terminal.error(diagnostic.description) }
    guard output.diagnostics.isEmpty else { throw Status.findings }
    return GenerationResult(
      documentCount: compilation.documents.count,
      typeCount: output.typeCount,
      warnings: compilation.warnings,
      files: try arranged(output, options: options, layout: compilation.layout),
      hasErrors: compilation.hasErrors
    )
  }

  private func outputFolder(_ configuration: ProjectConfiguration) throws -> String {
    guard let folder = output ?? configuration.output, !folder.isEmpty else {
      throw ValidationError("No output folder: give --output, or 'output' in lexgen.yaml.")
    }
    return folder
  }

  private func openCache(for input: CompilationInput) throws -> GenerationCache? {
    guard let cache else { return nil }
    do throws(FileSystem.Failure) {
      return try GenerationCache(
        path: cache,
        input: input,
        arguments: CommandLine.arguments.dropFirst() + []
      )
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
  }

  private func compilerOptions(for compilation: Compilation) throws -> CompilerOptions {
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
    if let name = options.singleModule, let fault = ModuleName.fault(in: name) {
      throw ValidationError("Module name: \(fault).")
    }
    if compilation.layout != nil, package != nil || compilation.configuration.hasModulePerAuthority
    {
      throw ValidationError("--root makes one module: --package and 'targets' do not go with it.")
    }
    return options
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
