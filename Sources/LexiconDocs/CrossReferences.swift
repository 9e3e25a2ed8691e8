import ATProtoSyntax
import Lexicon

/// The references between definitions, in both directions.
struct CrossReferences {
  private(set) var uses: [DefinitionID: Set<DefinitionID>] = [:]
  private(set) var users: [DefinitionID: Set<DefinitionID>] = [:]

  init(_ documents: [LexiconDocument], links: SiteLinks) {
    for document in documents {
      let nsid = document.id.value.string
      for definition in document.definitions {
        let source = DefinitionID(nsid: nsid, name: definition.name.value)
        definition.forEachReference { reference, _ in add(source, DefinitionID(reference)) }
        // Values of a string can be the names of tokens.
        definition.forEachSchema { schema in
          guard case .string(let string) = schema.kind else { return }
          for value in (string.knownValues ?? []) + (string.enum ?? []) {
            guard let target = links.definition(named: value.value, in: nsid) else { continue }
            add(source, target)
          }
        }
      }
    }
  }

  private mutating func add(_ source: DefinitionID, _ target: DefinitionID) {
    guard source != target else { return }
    uses[source, default: []].insert(target)
    users[target, default: []].insert(source)
  }
}
