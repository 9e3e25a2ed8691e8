import ATProtoSyntax

/// Two versions of a catalog.
///
/// What stands in a flow by itself, records and the parts of methods, is where it begins; from
/// there pairs of definitions are reached, each in one or more flows.
struct CatalogComparison {
  typealias Pair = SchemaComparison.Pair

  private struct Visit: Hashable {
    var pair: Pair
    var flow: DataFlow
  }

  /// What makes two differences one, however it was come upon.
  private struct Key: Hashable {
    var nsid: String
    var difference: SchemaDifference
  }

  private struct Finding {
    var places: [DataFlow: String] = [:]
  }

  /// Pairs of definitions with different names that are compared. Whoever renames with malice makes
  /// a pair of every old and every new definition; nobody else comes near.
  static let maximumRenamedPairs = 20_000

  let old: Catalog
  let new: Catalog
  private var renamedPairs = 0
  /// Pairs that the search for renamed definitions may still look at.
  private var searchSteps = 200_000
  /// Memory of what pairs of definitions differ in.
  private var comparisons: [Pair: SchemaComparison] = [:]
  private var visited: Set<Visit> = []
  private var queue: [(visit: Visit, place: String)] = []
  private var findings: [Key: Finding] = [:]
  private var removed: [(Reference, Definition)] = []
  private var added: [(Reference, Definition)] = []

  init(old: Catalog, new: Catalog) {
    self.old = old
    self.new = new
  }

  mutating func run() {
    for document in new.documents where old[document.id.value.string] == nil {
      let text = "the document \(quoted(document.id.value.string)) is new"
      report(.documentAdded, text, document.id.value, [], nil, document.id.location)
    }
    for document in old.documents {
      let nsid = document.id.value
      guard let other = new[nsid.string] else {
        let text = "the document \(quoted(nsid.string)) is gone"
        report(.documentRemoved, text, nsid, [], document.id.location, nil)
        continue
      }
      compare(document, other)
    }
    followQueue()
    compareUnreached()
    reportAddedAndRemoved()
  }

  var changes: [SchemaChange] {
    findings.map { key, finding in
      let rule = key.difference.rule
      var uses = DataFlow.allCases.compactMap { flow in
        finding.places[flow].map {
          SchemaChange.Use(
            flow: flow,
            place: $0,
            classification: rule.effect.classification(in: flow)
          )
        }
      }
      if uses.allSatisfy({ $0.classification == .compatible }),
        let elsewhere = Self.useElsewhere(of: key.nsid, key.difference)
      {
        uses.insert(elsewhere, at: 0)
      }
      // Of two equally bad uses the first is told of.
      let worst = uses.reduce(uses[0]) { $1.classification > $0.classification ? $1 : $0 }
      // Of whole definitions the text has said it.
      let place = key.difference.path.count > 2 ? ", in \(worst.place)" : ""
      return SchemaChange(
        rule: rule,
        nsid: key.nsid,
        path: key.difference.path.jsonPointer,
        message: "\(key.difference.text); \(rule.consequence(in: worst.flow))\(place)",
        old: key.difference.old,
        new: key.difference.new,
        uses: uses
      )
    }.sorted()
  }

  /// The use that others may make of a definition that this catalog uses in one direction only.
  ///
  /// Style guide: documents named `defs` hold what is there to be referred to, by anybody.
  private static func useElsewhere(
    of nsid: String,
    _ difference: SchemaDifference
  ) -> SchemaChange.Use? {
    guard nsid.hasSuffix(".defs"), difference.path.count > 1,
      difference.rule.effect.classification(in: .shared) == .breaking
    else { return nil }
    return SchemaChange.Use(
      flow: .shared,
      place: "schemas of others, which may use the definition in another direction",
      classification: .note
    )
  }

  private mutating func compare(_ before: LexiconDocument, _ after: LexiconDocument) {
    let nsid = after.id.value
    if before.description != after.description {
      let text = "the description of the document has changed"
      report(
        .descriptionChanged,
        text,
        nsid,
        ["description"],
        before.id.location,
        after.id.location
      )
    }
    for definition in before.definitions {
      let reference = reference(nsid, definition)
      guard let other = new.definition(reference) else {
        removed.append((reference, definition))
        continue
      }
      var comparison = DefinitionComparison(old, new, reference)
      comparison.compare(definition, other)
      for part in comparison.parts {
        record(part.comparison, nsid.string, part.flow, part.place)
      }
    }
    for definition in after.definitions {
      let reference = reference(nsid, definition)
      if old.definition(reference) == nil { added.append((reference, definition)) }
    }
  }

  /// Notes what a comparison has found in a flow, and goes on where it ended.
  private mutating func record(
    _ comparison: SchemaComparison,
    _ nsid: String,
    _ flow: DataFlow,
    _ place: String
  ) {
    for difference in comparison.differences {
      let key = Key(nsid: nsid, difference: difference)
      if findings[key, default: Finding()].places[flow] == nil {
        findings[key, default: Finding()].places[flow] = place
      }
    }
    for pair in comparison.edges {
      enqueue(pair, flow, place)
    }
  }

  private mutating func enqueue(_ pair: Pair, _ flow: DataFlow, _ place: String) {
    let visit = Visit(pair: pair, flow: flow)
    guard visited.insert(visit).inserted else { return }
    if pair.old != pair.new {
      renamedPairs += 1
      guard renamedPairs <= Self.maximumRenamedPairs else {
        if renamedPairs == Self.maximumRenamedPairs + 1 { reportTooMany(pair) }
        return
      }
    }
    queue.append((visit, place))
  }

  /// What has not been compared is not called compatible.
  private mutating func reportTooMany(_ pair: Pair) {
    let text = "\(quoted(pair.new.id)) stands for too many others to compare them all"
    let path = ["defs", pair.new.definition]
    report(.referenceChanged, text, pair.new.nsid, path, pair.old.location, pair.new.location)
  }

  private mutating func followQueue() {
    var next = 0
    while next < queue.count {
      let (visit, place) = queue[next]
      next += 1
      let comparison = comparison(of: visit.pair)
      record(comparison, visit.pair.new.nsid.string, visit.flow, place)
    }
    queue = []
  }

  private mutating func comparison(of pair: Pair) -> SchemaComparison {
    if let known = comparisons[pair] { return known }
    var comparison = SchemaComparison(old, new, path: ["defs", pair.new.definition])
    // Records are compared as such; what is not in both catalogs is told of elsewhere.
    if case .schema(let a)? = old.definition(pair.old)?.kind,
      case .schema(let b)? = new.definition(pair.new)?.kind,
      a.typeName == b.typeName || pair.old != pair.new
    {
      comparison.compare(a, b)
    }
    comparisons[pair] = comparison
    return comparison
  }

  /// Definitions that stand in no flow. What the old version used in one is judged there; others
  /// may be used by anybody.
  private mutating func compareUnreached() {
    let uses = DefinitionUses(old).flows
    for document in old.documents where new[document.id.value.string] != nil {
      for definition in document.definitions {
        guard case .schema = definition.kind else { continue }
        let reference = reference(document.id.value, definition)
        let pair = Pair(old: reference, new: reference)
        if DataFlow.allCases.contains(where: { visited.contains(Visit(pair: pair, flow: $0)) }) {
          continue
        }
        let places = uses[reference] ?? [.shared: "the definition \(reference.id)"]
        for flow in DataFlow.allCases {
          if let place = places[flow] { enqueue(pair, flow, place) }
        }
      }
    }
    followQueue()
  }

  private mutating func reportAddedAndRemoved() {
    var candidates: [String: [(Reference, Definition)]] = [:]
    // The last of each list comes first: there it is cheap to take away.
    for (reference, definition) in added.reversed() {
      candidates[Self.outline(reference, definition), default: []].append((reference, definition))
    }
    var renamed: Set<Reference> = []
    for (reference, definition) in removed {
      let path = ["defs", reference.definition]
      let outline = Self.outline(reference, definition)
      // A hostile document has thousands that look alike.
      let alike = Array(candidates[outline]?.suffix(8) ?? [])
      let match = alike.indices.last {
        meansTheSame(Pair(old: reference, new: alike[$0].0))
      }
      if let match {
        let (other, successor) = alike[match]
        let first = (candidates[outline]?.count ?? 0) - alike.count
        candidates[outline]?.remove(at: first + match)
        renamed.insert(other)
        let text = "\(quoted(reference.id)) is called \(quoted(other.id)) now"
        let (from, to) = (definition.name.location, successor.name.location)
        report(.definitionRenamed, text, reference.nsid, path, from, to)
      } else {
        let text = "\(quoted(reference.id)) is gone"
        report(.definitionRemoved, text, reference.nsid, path, definition.name.location, nil)
      }
    }
    for (reference, definition) in added where !renamed.contains(reference) {
      let path = ["defs", reference.definition]
      let text = "\(quoted(reference.id)) is new"
      report(.definitionAdded, text, reference.nsid, path, nil, definition.name.location)
    }
  }

  /// What definitions that mean the same have in common.
  private static func outline(_ reference: Reference, _ definition: Definition) -> String {
    var names: [String] = []
    if case .schema(let schema) = definition.kind, case .object(let object) = schema.kind {
      names = object.properties.map(\.name.value).sorted()
    }
    return "\(reference.nsid.string) \(definition.typeName) \(names)"
  }

  /// Whether what one definition describes is just what the other does, references followed.
  private mutating func meansTheSame(_ start: Pair) -> Bool {
    guard case .schema? = old.definition(start.old)?.kind else { return false }
    var seen: Set = [start]
    var pending = [start]
    while let pair = pending.popLast() {
      searchSteps -= 1
      guard searchSteps > 0 else { return false }
      let comparison = comparison(of: pair)
      let harmless: Set = ["reference-renamed", "description-changed"]
      guard comparison.differences.allSatisfy({ harmless.contains($0.rule.id) }) else {
        return false
      }
      for edge in comparison.edges where seen.insert(edge).inserted { pending.append(edge) }
    }
    return true
  }

  private func reference(_ nsid: NSID, _ definition: Definition) -> Reference {
    Reference(nsid: nsid, definition: definition.name.value, at: definition.name.location)
  }

  private mutating func report(
    _ rule: EvolutionRule,
    _ text: String,
    _ nsid: NSID,
    _ path: [String],
    _ from: SourceLocation?,
    _ to: SourceLocation?
  ) {
    let difference = SchemaDifference(rule: rule, path: path, text: text, old: from, new: to)
    let key = Key(nsid: nsid.string, difference: difference)
    findings[key, default: Finding()].places[.shared] = "the document \(nsid.string)"
  }
}
