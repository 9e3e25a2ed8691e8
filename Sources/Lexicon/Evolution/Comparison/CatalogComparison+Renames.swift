import ATProtoSyntax

extension CatalogComparison {
  /// Reports definitions that only one version has. If one was removed and one with the same
  /// meaning was added, it is reported as renamed; otherwise, definitions are reported as added or
  /// removed.
  mutating func reportAddedAndRemoved() {
    var candidates: [String: [(Reference, Definition)]] = [:]
    // The order is reversed, because removing the last element is cheap.
    for (reference, definition) in added.reversed() {
      candidates[Self.outline(reference, definition), default: []].append((reference, definition))
    }
    var renamed: Set<Reference> = []
    for (reference, definition) in removed {
      let path = ["defs", reference.definition]
      let outline = Self.outline(reference, definition)
      // A hostile document may contain thousands of similar definitions.
      let alike = Array(candidates[outline]?.suffix(8) ?? [])
      let match = alike.indices.last {
        meansTheSame(Pair(old: reference, new: alike[$0].0))
      }
      if let match {
        let (other, successor) = alike[match]
        let first = (candidates[outline]?.count ?? 0) - alike.count
        candidates[outline]?.remove(at: first + match)
        renamed.insert(other)
        let text = "\(quoted(reference.id)) was renamed to \(quoted(other.id))"
        let (from, to) = (definition.name.location, successor.name.location)
        report(.definitionRenamed, text, reference.nsid, path, from, to)
      } else {
        let text = "\(quoted(reference.id)) was removed"
        report(.definitionRemoved, text, reference.nsid, path, definition.name.location, nil)
      }
    }
    for (reference, definition) in added where !renamed.contains(reference) {
      let path = ["defs", reference.definition]
      let text = "\(quoted(reference.id)) was added"
      report(.definitionAdded, text, reference.nsid, path, nil, definition.name.location)
    }
  }

  /// Returns the documents that only the new version has and that have the same content as one
  /// that only the old version has, by the old NSID.
  mutating func renamedDocuments() -> [NSID: LexiconDocument] {
    var candidates: [String: [LexiconDocument]] = [:]
    for document in new.documents.reversed() where old[document.id.value.string] == nil {
      candidates[Self.outline(document), default: []].append(document)
    }
    guard !candidates.isEmpty else { return [:] }
    var result: [NSID: LexiconDocument] = [:]
    for document in old.documents where new[document.id.value.string] == nil {
      let outline = Self.outline(document)
      let alike = Array(candidates[outline]?.suffix(8) ?? [])
      guard let match = alike.indices.last(where: { meansTheSame(document, alike[$0]) }) else {
        continue
      }
      let first = (candidates[outline]?.count ?? 0) - alike.count
      result[document.id.value] = candidates[outline]?.remove(at: first + match)
    }
    return result
  }

  private static func outline(_ document: LexiconDocument) -> String {
    document.definitions.map { "\($0.name.value) \($0.typeName)" }.sorted().description
  }

  /// Whether two documents with the same names of definitions have the same content.
  private mutating func meansTheSame(_ a: LexiconDocument, _ b: LexiconDocument) -> Bool {
    for definition in a.definitions {
      let from = Reference(
        nsid: a.id.value,
        definition: definition.name.value,
        at: definition.name.location
      )
      guard let other = b[definition: definition.name.value] else { return false }
      let to = Reference(
        nsid: b.id.value,
        definition: other.name.value,
        at: other.name.location
      )
      if case .schema = definition.kind {
        guard meansTheSame(Pair(old: from, new: to)) else { return false }
        continue
      }
      var comparison = DefinitionComparison(old, new, from, search: search)
      comparison.compare(definition, other)
      for part in comparison.parts {
        guard part.comparison.isHarmless else { return false }
        for edge in part.comparison.edges where edge.old != edge.new {
          guard meansTheSame(edge) else { return false }
        }
      }
    }
    return true
  }

  /// A summary that is equal for definitions with the same meaning.
  private static func outline(_ reference: Reference, _ definition: Definition) -> String {
    var names: [String] = []
    if case .schema(let schema) = definition.kind, case .object(let object) = schema.kind {
      names = object.properties.map(\.name.value).sorted()
    }
    return "\(reference.nsid.string) \(definition.typeName) \(names)"
  }

  /// Whether two definitions describe the same values, with all references followed.
  private mutating func meansTheSame(_ start: Pair) -> Bool {
    guard case .schema? = old.definition(start.old)?.kind else { return false }
    var seen: Set = [start]
    var pending = [start]
    while let pair = pending.popLast() {
      searchSteps -= 1
      guard searchSteps > 0 else { return false }
      let comparison = comparison(of: pair)
      let harmless: Set<EvolutionRule> = [.referenceRenamed, .descriptionChanged]
      guard comparison.differences.allSatisfy({ harmless.contains($0.rule) }) else {
        return false
      }
      for edge in comparison.edges where seen.insert(edge).inserted { pending.append(edge) }
    }
    return true
  }
}
