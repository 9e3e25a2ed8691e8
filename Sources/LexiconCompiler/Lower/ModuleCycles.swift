import ATProtoSyntax
import Lexicon

/// Modules must import each other without a circle, or no build can order them.
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
      let authorities = Set(documents.map { NSIDPath($0.id.value.string).authority })
        .filter { names.contains(options.module(ofAuthority: $0)) }.sorted()
      let first = documents.first { authorities.contains(NSIDPath($0.id.value.string).authority) }
      let location =
        first?.id.location ?? SourceLocation(path: "", offset: 0, line: 1, column: 1)
      return Diagnostic(
        .error,
        rule: "module-cycle",
        at: location,
        "the modules \(names.joined(separator: ", ")) refer to each other in a circle; put the "
          + "authorities \(authorities.joined(separator: ", ")) into one module "
          + "(`targets` in lexgen.yaml, or generate without a module per authority)"
      )
    }
  }
}
