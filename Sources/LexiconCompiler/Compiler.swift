public import Lexicon
public import LexiconTemplates

/// Compiles checked documents to Swift files: all stages in one call.
public enum Compiler {
  /// The result of one compilation.
  public struct Output: Sendable {
    /// The intermediate representation, sorted by module name.
    public var modules: [SwiftModule]
    /// The files, sorted by path; empty if there are diagnostics.
    public var files: [OutputFile]
    /// Errors in the output as a whole: modules that import each other in a cycle, or whose names
    /// differ only in case.
    public var diagnostics: [Diagnostic]

    /// The number of declarations in all files.
    public var typeCount: Int {
      modules.reduce(0) { $0 + $1.files.reduce(0) { $0 + $1.declarations.count } }
    }
  }

  /// Compiles documents.
  ///
  /// - Parameters:
  ///   - documents: documents without errors, from a `CheckedCatalog`.
  ///   - external: documents of modules generated elsewhere; their types are imported.
  /// - Throws: an error if a template of this package is not valid.
  public static func compile(
    _ documents: [LexiconDocument],
    external: [LexiconDocument] = [],
    options: CompilerOptions = CompilerOptions()
  ) throws -> Output {
    guard !options.emitsOnlyIndexHandlers else {
      return try indexHandlers(of: documents, external: external, options: options)
    }
    let modules = Lowering.modules(of: documents, external: external, options: options)
    let diagnostics =
      ModuleCycles.diagnostics(modules: modules, documents: documents, options)
      + ModuleNames.diagnostics(modules: modules, documents: documents, options)
    guard diagnostics.isEmpty else {
      return Output(modules: modules, files: [], diagnostics: diagnostics)
    }
    let files = options.layout.files(of: modules, emitter: try Emitter(options: options))
    return Output(modules: modules, files: files, diagnostics: [])
  }

  /// Compiles methods to protocols for handlers, which name types as the modules of the types do.
  private static func indexHandlers(
    of documents: [LexiconDocument],
    external: [LexiconDocument],
    options: CompilerOptions
  ) throws -> Output {
    var typeOptions = options
    typeOptions.singleModule = options.typesModule
    let modules = Lowering.modules(of: documents, external: external, options: typeOptions)
    let files = try Emitter(options: options).indexHandlerFiles(of: modules)
    return Output(modules: modules, files: files, diagnostics: [])
  }
}
