import ATProtoSyntax
import Lexicon

/// Reports modules that import each other in a cycle, which cannot be built in any order.
enum ModuleCycles {
  static func diagnostics(
    modules: [SwiftModule],
    documents: [LexiconDocument],
    _ options: CompilerOptions
  ) -> [Diagnostic] {
    let edges = Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0.imports) })
    let component = StronglyConnectedComponents.find(edges)
    let circles = Dictionary(grouping: component.keys.sorted()) { component[$0] ?? 0 }
    return circles.values.sorted { ($0.first ?? "") < ($1.first ?? "") }.map { names in
      let roots = Set(documents.map(\.id.value.namespaceRoot))
        .filter { names.contains(options.module(ofNamespaceRoot: $0)) }.sorted()
      let first = documents.first { roots.contains($0.id.value.namespaceRoot) }
      let location =
        first?.id.location ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
      return Diagnostic(
        .error,
        rule: "module-cycle",
        at: location,
        "circular references between the modules \(names.joined(separator: ", ")); put the "
          + "namespace roots \(roots.joined(separator: ", ")) into one module with 'targets' in "
          + "lexgen.yaml, or generate a single module"
      )
    }
  }
}
