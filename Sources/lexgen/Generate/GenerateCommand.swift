import ArgumentParser
import Lexicon
import LexiconCompiler
import LexiconTemplates

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate Swift from Lexicon documents.",
    discussion: """
      Unchanged files are not touched. Files that are no longer generated are removed, but only if \
      they start with the header of generated files.

      Without lexgen.yaml, everything is generated into one module. With 'locked: true' in \
      lexgen.yaml, nothing is generated unless the installed documents are the versions in the \
      manifest lexicons.json.

        lexgen generate
        lexgen generate Lexicons --output Sources/Generated --module NoteLexicons
        lexgen generate Lexicons --output Notes --package Notes --runtime ../lexgen
      """
  )

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the files to this directory.", valueName: "directory"),
    completion: .directory
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write a complete Swift package with this name to the output directory.",
      valueName: "name"
    )
  )
  var package: String?

  @Option(
    help: ArgumentHelp(
      "Depend on the runtime package at this location, with --package.",
      discussion: "A directory relative to the new package, or the URL of a repository.",
      valueName: "path or URL"
    )
  )
  var runtime: String?

  @Option(help: ArgumentHelp("Generate everything into this module.", valueName: "name"))
  var module: String?

  @Option(
    help: "Set the access level of the generated declarations: public, package, or internal.",
    transform: GenerateCommand.access
  )
  var access: CompilerOptions.Access?

  @Option(
    help: ArgumentHelp(
      "Cache the result in this file and reuse it while input, options, and lexgen are unchanged.",
      discussion: "The output directory is brought up to date in every case. The file is valid on "
        + "this machine only; do not commit it.",
      valueName: "file"
    )
  )
  var cache: String?

  @Flag(help: "Generate code for the documents without errors even if others have errors.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Print only errors and warnings.")
  var quiet = false

  private static func access(_ text: String) throws -> CompilerOptions.Access {
    guard let access = CompilerOptions.Access(rawValue: text) else {
      let known = CompilerOptions.Access.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("'\(text)' is not one of \(known).")
    }
    return access
  }

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    let input = try CompilationInput(self.input)
    if input.configuration.checks.isLocked {
      try LockReport.require(InstalledLexicons(input.configuration, self.input))
    }
    let cache = try openCache(for: input)
    let cached = cache?.result()
    for warning in cached?.warnings ?? [] { Terminal.error(warning) }
    let result = try cached ?? generate(input)
    let summary = try write(result.files, to: try outputDirectory(input.configuration))
    let subsets = subsets(of: input.configuration)
    let subsetSummaries = try zip(subsets, result.subsets).map { try write($1, to: $0.output) }
    do throws(FileSystem.Failure) {
      if cached == nil { try cache?.store(result) }
    } catch {
      Terminal.error("\(error.path): warning: \(error.description)")
    }
    if !quiet {
      let lines = result.files.reduce(0) { $0 + $1.lineCount }
      Terminal.progress(
        "\(result.documentCount) documents, \(result.typeCount) types, "
          + "\(result.files.count) files (\(summary)), "
          + "\(lines) lines in \(Terminal.seconds(clock.now - start))"
      )
      for (subset, summary) in zip(subsets, subsetSummaries) {
        Terminal.progress("\(subset.output): \(summary.fileCount) files (\(summary))")
      }
    }
    if result.hasErrors { throw Status.findings }
  }

  private func write(_ files: [OutputFile], to directory: String) throws -> OutputWriter.Summary {
    do throws(FileSystem.Failure) {
      return try OutputWriter(directory: directory).write(files)
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
  }

  /// Checks and compiles; prints the diagnostics.
  private func generate(_ input: CompilationInput) throws -> GenerationResult {
    let compilation = try Compilation(input, self.input)
    compilation.report()
    if compilation.hasErrors && !keepGoing { throw Status.findings }
    let options = try compilerOptions(for: compilation)
    guard !compilation.documents.isEmpty || compilation.layout != nil else {
      // Continuing would remove everything generated before.
      if compilation.hasErrors { throw Status.findings }
      throw ValidationError("The input contains no Lexicon document.")
    }

    if !quiet { Terminal.progress("compiling \(compilation.documents.count) documents") }
    let output = try compile(compilation.documents, compilation, options)
    if package != nil { try refuseModulesOfTheRuntime(output.modules) }
    let subsets = try subsets(of: compilation.configuration).map { subset in
      try compile(try compilation.documents(subset.selection), compilation, subset.options).files
    }
    return GenerationResult(
      documentCount: compilation.documents.count,
      typeCount: output.typeCount,
      warnings: compilation.warnings,
      files: output.files,
      subsets: subsets,
      hasErrors: compilation.hasErrors
    )
  }

  private func compile(
    _ documents: [LexiconDocument],
    _ compilation: Compilation,
    _ options: CompilerOptions
  ) throws -> Compiler.Output {
    let output = try Compiler.compile(
      documents,
      external: compilation.external,
      options: options
    )
    for diagnostic in output.diagnostics.sorted() { Terminal.error(diagnostic.description) }
    guard output.diagnostics.isEmpty else { throw Status.findings }
    return output
  }

  private func outputDirectory(_ configuration: ProjectConfiguration) throws -> String {
    guard let directory = output ?? configuration.output, !directory.isEmpty else {
      throw ValidationError("No output directory: pass --output, or set 'output' in lexgen.yaml.")
    }
    return directory
  }

  /// Subsets are generated only if `lexgen.yaml` alone determines the output, not if the command
  /// line selects other documents or another directory.
  private func subsets(of configuration: ProjectConfiguration) -> [ProjectConfiguration.Subset] {
    let isComplete =
      output == nil && package == nil && module == nil && input.selectsNothing
    return isComplete ? configuration.subsets : []
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
    let configuration = compilation.configuration
    var options = configuration.options(defaultModule: package ?? "Lexicons")
    if let module { options.singleModule = module }
    if let access { options.access = access }
    if let name = options.singleModule, let fault = ModuleName.fault(in: name) {
      throw ValidationError("Invalid module name: \(fault).")
    }
    if compilation.layout != nil, package != nil || configuration.hasModulePerRoot {
      throw ValidationError(
        "--root generates one module; it cannot be combined with --package or 'targets'."
      )
    }
    options.layout = try outputLayout(options, compilation.layout)
    return options
  }

  private func outputLayout(
    _ options: CompilerOptions,
    _ rooted: RootedLayout?
  ) throws -> OutputLayout {
    if let rooted, let module = options.singleModule {
      return .byGroup(rooted.groups, module: module)
    }
    guard let package else {
      return options.singleModule == nil ? .directoryPerModule : .flat
    }
    guard let runtime else {
      throw ValidationError("--package requires --runtime, the location of the runtime package.")
    }
    guard options.externalModules.isEmpty else {
      throw ValidationError(
        "--package does not support imported modules, because their packages are not known; "
          + "generate into a target, and write the manifest by hand."
      )
    }
    return .package(name: package, runtime: RuntimePackage(location: runtime))
  }

  private func refuseModulesOfTheRuntime(_ modules: [SwiftModule]) throws {
    guard let name = modules.map(\.name).first(where: RuntimePackage.generatedModules.contains)
    else { return }
    throw ValidationError(
      "The runtime package already has a module '\(name)': import it with 'imports' in lexgen.yaml, "
        + "or rename yours with 'targets'."
    )
  }
}
