import ATProtoSyntax
import Lexicon
package import LexiconCompiler
import LexiconTemplates

/// The options of `lexgen generate` beside its input.
package struct GenerateOptions {
  /// The directory of the files; nil for that of the configuration.
  package var output: String?
  /// The name of a complete package.
  package var package: String?
  /// The location of the runtime package.
  package var runtime: String?
  /// The accepted versions of the runtime package, if its location is the URL of a repository.
  package var runtimeVersion = RuntimePackage.Requirement.branch("main")
  /// The module of everything.
  package var module: String?
  package var access: CompilerOptions.Access?
  /// The parts to generate; those of the configuration if empty.
  package var parts: Set<CompilerOptions.Part> = []
  /// The file of a ``GenerationCache``.
  package var cache: String?
  /// Whether documents without errors are generated even if others have errors.
  package var keepsGoing = false
  /// Whether only errors and warnings are printed.
  package var isQuiet = false
  /// The arguments of the program, which are part of the cache's key.
  package var arguments: [String] = []

  package init() {}
}

/// One run of `lexgen generate`.
package struct Generation {
  private let sources: ProjectSources
  private let options: GenerateOptions

  private init(_ sources: ProjectSources, _ options: GenerateOptions) {
    self.sources = sources
    self.options = options
  }

  /// Generates, brings the output directories up to date, and prints diagnostics and a summary.
  ///
  /// - Throws: a failure without a message if there are errors in documents, which are printed.
  package static func run(
    _ input: InputSelection,
    _ options: GenerateOptions
  ) throws(CommandFailure) {
    let clock = ContinuousClock()
    let start = clock.now
    let sources = try ProjectSources(input)
    if sources.configuration.checks.isLocked {
      try LockReport.require(InstalledLexicons(sources.configuration, input))
    }
    try Generation(sources, options).run { Terminal.seconds(clock.now - start) }
  }

  /// - Parameter elapsed: the time since the start.
  private func run(_ elapsed: () -> String) throws(CommandFailure) {
    let cache = try openCache()
    let cached = cache?.result()
    for warning in cached?.warnings ?? [] { Terminal.error(warning) }
    let result = if let cached { cached } else { try generate() }
    let summary = try write(result.files, to: try outputDirectory())
    let subsets = subsets(of: sources.configuration)
    var subsetSummaries: [OutputWriter.Summary] = []
    for (subset, files) in zip(subsets, result.subsets) {
      subsetSummaries.append(try write(files, to: subset.output))
    }
    do throws(FileSystem.Failure) {
      if cached == nil { try cache?.store(result) }
    } catch {
      Terminal.error("\(error.path): warning: \(error.description)")
    }
    if !options.isQuiet {
      let lines = result.files.reduce(0) { $0 + $1.lineCount }
      Terminal.progress(
        "\(result.documentCount) documents, \(result.typeCount) types, "
          + "\(result.files.count) files (\(summary)), \(lines) lines in \(elapsed())"
      )
      for (subset, summary) in zip(subsets, subsetSummaries) {
        Terminal.progress("\(subset.output): \(summary.fileCount) files (\(summary))")
      }
    }
    if result.hasErrors { throw .reported }
  }

  private func write(
    _ files: [OutputFile],
    to directory: String
  ) throws(CommandFailure) -> OutputWriter.Summary {
    do throws(FileSystem.Failure) {
      return try OutputWriter(directory: directory).write(files)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Checks and compiles; prints the diagnostics.
  private func generate() throws(CommandFailure) -> GenerationResult {
    let check = try ProjectCheck(sources)
    check.report(isQuiet: options.isQuiet)
    if check.hasErrors && !options.keepsGoing { throw .reported }
    let compilerOptions = try compilerOptions(for: check)
    guard !check.documents.isEmpty || check.layout != nil else {
      // Continuing would remove everything generated before.
      if check.hasErrors { throw .reported }
      throw CommandFailure("the input contains no Lexicon document")
    }

    if !options.isQuiet { Terminal.progress("compiling \(check.documents.count) documents") }
    let output = try compile(check.documents, check, compilerOptions)
    if options.package != nil { try refuseModulesOfTheRuntime(output.modules) }
    var subsetFiles: [[OutputFile]] = []
    for subset in subsets(of: check.configuration) {
      let documents = try check.documents(subset.selection)
      var subsetOptions = subset.options
      // Handlers name types as they are generated outside of the subset.
      subsetOptions.modules = compilerOptions.modules
      subsetOptions.typesModule = compilerOptions.singleModule
      subsetFiles.append(try compile(documents, check, subsetOptions).files)
    }
    return GenerationResult(
      documentCount: check.documents.count,
      typeCount: output.typeCount,
      warnings: check.warnings,
      files: output.files,
      subsets: subsetFiles,
      hasErrors: check.hasErrors
    )
  }

  private func compile(
    _ documents: [LexiconDocument],
    _ check: ProjectCheck,
    _ options: CompilerOptions
  ) throws(CommandFailure) -> Compiler.Output {
    let output: Compiler.Output
    do {
      output = try Compiler.compile(documents, external: check.external, options: options)
    } catch {
      throw CommandFailure("cannot compile: \(error)")
    }
    guard output.diagnostics.isEmpty else {
      throw CommandFailure(
        "",
        status: CommandFailure.findings,
        diagnostics: output.diagnostics.sorted()
      )
    }
    return output
  }

  private func outputDirectory() throws(CommandFailure) -> String {
    guard let directory = options.output ?? sources.configuration.output, !directory.isEmpty
    else {
      throw CommandFailure("no output directory: pass --output, or set 'output' in lexgen.yaml")
    }
    return directory
  }

  /// Subsets are generated only if `lexgen.yaml` alone determines the output, not if the command
  /// line selects other documents or another directory.
  private func subsets(
    of configuration: ProjectConfiguration
  ) -> [ProjectConfiguration.Subset] {
    let isComplete =
      options.output == nil && options.package == nil && options.module == nil
      && sources.options.selectsNothing
    return isComplete ? configuration.subsets : []
  }

  private func openCache() throws(CommandFailure) -> GenerationCache? {
    guard let cache = options.cache else { return nil }
    do throws(FileSystem.Failure) {
      return try GenerationCache(path: cache, input: sources, arguments: options.arguments)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func compilerOptions(
    for check: ProjectCheck
  ) throws(CommandFailure) -> CompilerOptions {
    let configuration = check.configuration
    var result = configuration.options(defaultModule: options.package ?? "Lexicons")
    if let module = options.module {
      result.singleModule = module
      result.modules = [:]
    }
    // Paths spell NSIDs only in a target of one's own, where nothing has to be public.
    let usual: CompilerOptions.Access = check.layout == nil ? .public : .internal
    result.access = options.access ?? configuration.access ?? usual
    if !options.parts.isEmpty { result.parts = options.parts.union([.types]) }
    if let name = result.singleModule, let fault = ModuleName.fault(in: name) {
      throw CommandFailure("'\(name)' is not a valid module name: \(fault)")
    }
    let hasModulePerRoot = configuration.hasModulePerRoot && options.module == nil
    if check.layout != nil, options.package != nil || hasModulePerRoot {
      throw CommandFailure(
        "--root generates one module; it cannot be combined with --package or 'targets'"
      )
    }
    result.layout = try outputLayout(result, check.layout)
    return result
  }

  private func outputLayout(
    _ compilerOptions: CompilerOptions,
    _ rooted: RootedLayout?
  ) throws(CommandFailure) -> OutputLayout {
    if let rooted, let module = compilerOptions.singleModule {
      return .byGroup(rooted.groups, module: module)
    }
    guard let package = options.package else {
      return compilerOptions.singleModule == nil ? .directoryPerModule : .flat
    }
    guard let runtime = options.runtime else {
      throw CommandFailure("--package requires --runtime, the location of the runtime package")
    }
    let imported = Set(compilerOptions.externalModules.values).sorted()
    if let module = imported.first(where: { RuntimePackage.generatedModules[$0] == nil }) {
      throw CommandFailure(
        "--package cannot import '\(module)', because the package of that module is not known; "
          + "generate into a target, and write the manifest by hand"
      )
    }
    return .package(
      name: package,
      runtime: RuntimePackage(location: runtime, requirement: options.runtimeVersion)
    )
  }

  private func refuseModulesOfTheRuntime(_ modules: [SwiftModule]) throws(CommandFailure) {
    let names = modules.map(\.name)
    guard let name = names.first(where: { RuntimePackage.generatedModules[$0] != nil }) else {
      return
    }
    throw CommandFailure(
      "the runtime package already has a module '\(name)': import it with --import \(name)=DIR or "
        + "with 'imports' in lexgen.yaml, or rename yours with 'targets'"
    )
  }
}
