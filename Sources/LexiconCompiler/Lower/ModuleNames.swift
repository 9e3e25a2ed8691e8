import ATProtoSyntax
import Lexicon

/// Modules are folders, and on many file systems `AbCdAPI` and `AbcDAPI` are one.
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
        names.contains(options.module(ofAuthority: NSIDPath(document.id.value.string).authority))
      }
      let location =
        first?.id.location ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
      return Diagnostic(
        .error,
        rule: "module-case-conflict",
        at: location,
        "the modules \(names.joined(separator: ", ")) differ only in case; give one of their "
          + "authorities another module (`targets` in lexgen.yaml)"
      )
    }
  }
}
