import ATProtoSyntax
import Lexicon

/// Reports module names that many file systems cannot tell apart, such as `AbCdAPI` and `AbcDAPI`:
/// each module is a directory.
enum ModuleNames {
  static func diagnostics(
    modules: [SwiftModule],
    documents: [LexiconDocument],
    _ options: CompilerOptions
  ) -> [Diagnostic] {
    let groups = Dictionary(grouping: modules.map(\.name)) { $0.lowercased() }
      .values.filter { $0.count > 1 }
    return groups.sorted { $0[0] < $1[0] }.map { names in
      let first = documents.first { document in
        names.contains(options.module(ofNamespaceRoot: document.id.value.namespaceRoot))
      }
      let location =
        first?.id.location ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
      return Diagnostic(
        .error,
        rule: "module-case-conflict",
        at: location,
        "the names of the modules \(names.joined(separator: ", ")) differ only in case; give one "
          + "of their namespace roots another module with 'targets' in lexgen.yaml"
      )
    }
  }
}
