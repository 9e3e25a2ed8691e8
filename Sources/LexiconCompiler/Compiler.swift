public import Lexicon

/// Checked documents -> files: the stages of the compiler in one call.
public enum Compiler {
  /// The result of one compilation.
  public struct Output: Sendable {
    public var modules: [SwiftModule]
    public var files: [OutputFile]
    /// Problems of the output as a whole: modules that import each other, or that a file system
    /// cannot tell apart.
    public var diagnostics: [Diagnostic]

    /// The types that were emitted.
    public var typeCount: Int {
      modules.reduce(0) { $0 + $1.files.reduce(0) { $0 + $1.declarations.count } }
    }
  }

  /// Compiles `documents`, which the check has passed.
  ///
  /// - Parameter external: documents that another module was generated from; their types are
  ///   imported.
  public static func compile(
    _ documents: [LexiconDocument],
    external: [LexiconDocument] = [],
    options: CompilerOptions = CompilerOptions()
  ) throws -> Output {
    let modules = Lowering.modules(of: documents, external: external, options: options)
    let diagnostics =
      ModuleCycles.diagnostics(modules: modules, documents: documents, options)
      + ModuleNames.diagnostics(modules: modules, documents: documents, options)
    guard diagnostics.isEmpty else {
      return Output(modules: modules, files: [], diagnostics: diagnostics)
    }
    let emitter = try Emitter(options: options)
    let files = modules.flatMap(emitter.files).sorted { $0.path < $1.path }
    return Output(modules: modules, files: files, diagnostics: [])
  }
}
