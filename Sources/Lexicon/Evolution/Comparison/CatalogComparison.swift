import ATProtoSyntax

/// Compares two versions of a catalog.
///
/// The comparison starts with records and the parts of methods, whose flow is known. Their
/// references lead to pairs of definitions, each of which is used in one or more flows.
struct CatalogComparison {
  typealias Pair = SchemaComparison.Pair

  private struct Visit: Hashable {
    var pair: Pair
    var flow: DataFlow
  }

  /// Identifies a difference, regardless of the references that lead to it.
  private struct Key: Hashable {
    var nsid: String
    var difference: SchemaDifference
  }

  private struct Finding {
    var places: [DataFlow: String] = [:]
  }

  /// The maximum number of pairs of definitions with different names. A hostile schema could pair
  /// every old definition with every new one; real schemas stay far below.
  static let maximumRenamedPairs = 20_000

  let old: Catalog
  let new: Catalog
  private var renamedPairs = 0
  /// The remaining number of pairs that the search for renamed definitions may compare.
  var searchSteps = 200_000
  /// The search for renamed properties.
  let search = RenameSearch()
  /// The comparisons made so far.
  private var comparisons: [Pair: SchemaComparison] = [:]
  private var visited: Set<Visit> = []
  private var queue: [(visit: Visit, place: String)] = []
  private var findings: [Key: Finding] = [:]
  private(set) var removed: [(Reference, Definition)] = []
  private(set) var added: [(Reference, Definition)] = []

  init(old: Catalog, new: Catalog) {
    self.old = old
    self.new = new
  }

  mutating func run() {
    let renamed = renamedDocuments()
    let replaced = Set(renamed.values.map(\.id.value))
    for document in new.documents
    where old[document.id.value.string] == nil && !replaced.contains(document.id.value) {
      let text = "the document \(quoted(document.id.value.string)) was added"
      report(.documentAdded, text, document.id.value, [], nil, document.id.location)
    }
    for document in old.documents {
      let nsid = document.id.value
      guard let other = new[nsid.string] else {
        if let successor = renamed[nsid] {
          let id = successor.id.value
          let text =
            "the document \(quoted(nsid.string)) was renamed to \(quoted(id.string))"
          // The old NSID is what others depend on, so a selection of it must include the change.
          report(.documentRenamed, text, nsid, [], document.id.location, successor.id.location)
          continue
        }
        let text = "the document \(quoted(nsid.string)) was removed"
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
      // Of two equally bad uses, the message names the first.
      let worst = uses.reduce(uses[0]) { $1.classification > $0.classification ? $1 : $0 }
      // A change of a whole definition already names its place.
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

  /// Returns the use that other catalogs may make of a definition that this one uses in one
  /// direction only, or nil if the change does not affect it.
  ///
  /// Style guide: documents named `defs` contain definitions for everyone to refer to.
  private static func useElsewhere(
    of nsid: String,
    _ difference: SchemaDifference
  ) -> SchemaChange.Use? {
    guard nsid.hasSuffix(".defs"), difference.path.count > 1,
      difference.rule.effect.classification(in: .shared) == .breaking
    else { return nil }
    return SchemaChange.Use(
      flow: .shared,
      place: "schemas of others, which may use the definition in the other direction",
      classification: .note
    )
  }

  private mutating func compare(_ before: LexiconDocument, _ after: LexiconDocument) {
    let nsid = after.id.value
    if before.description != after.description {
      let text = "the description of the document changed"
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
      var comparison = DefinitionComparison(old, new, reference, search: search)
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

  /// Records the differences of a comparison in a flow, and enqueues the pairs to which it leads.
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

  /// Reports a breaking change, because definitions that were not compared must not count as
  /// compatible.
  private mutating func reportTooMany(_ pair: Pair) {
    let text = "\(quoted(pair.new.id)) replaces too many other definitions to compare them all"
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

  mutating func comparison(of pair: Pair) -> SchemaComparison {
    if let known = comparisons[pair] { return known }
    var comparison = SchemaComparison(
      old,
      new,
      path: ["defs", pair.new.definition],
      search: search
    )
    // Records are compared by `compare(_:_:)`, and additions and removals are reported there too.
    if case .schema(let a)? = old.definition(pair.old)?.kind,
      case .schema(let b)? = new.definition(pair.new)?.kind,
      a.typeName == b.typeName || pair.old != pair.new
    {
      comparison.compare(a, b)
    }
    comparisons[pair] = comparison
    return comparison
  }

  /// Compares definitions that no flow has reached. If the old version used one in a flow, that
  /// flow counts; otherwise, anyone may use it.
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

  private func reference(_ nsid: NSID, _ definition: Definition) -> Reference {
    Reference(nsid: nsid, definition: definition.name.value, at: definition.name.location)
  }

  mutating func report(
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
