import ATProtoSyntax
import Lexicon

/// The definitions that the lexicon of a record refers to, directly or indirectly, and the documents
/// that contain them.
///
/// Only definitions that a record can reach count: a document of shared definitions may refer to many
/// others. A value type without a network: its owner adds the documents that it asks for.
struct SchemaClosure {
  /// The documents so far.
  private(set) var documents: [NSID: ParsedLexicon] = [:]
  private var seen: Set<Reference> = []
  private var pending: [Reference]
  /// The most properties, union members, or enum values in one place of these definitions: what it can
  /// cost to check one value.
  private(set) var width = 1
  /// References into documents that have not been added, by document.
  private var waiting: [NSID: [Reference]] = [:]

  init(of collection: NSID) {
    pending = [
      Reference(nsid: collection, at: SourceLocation(path: "", offset: 0, line: 1, column: 1))
    ]
  }

  /// The documents to add next; empty if the closure is complete.
  ///
  /// Throws ``SchemaError`` if a document does not have a definition.
  mutating func missing() throws(SchemaError) -> [NSID] {
    while let reference = pending.popLast() {
      guard seen.insert(reference).inserted else { continue }
      guard let document = documents[reference.nsid] else {
        waiting[reference.nsid, default: []].append(reference)
        continue
      }
      try follow(reference, in: document)
    }
    return waiting.keys.sorted()
  }

  /// Adds a document that ``missing()`` returned.
  mutating func add(_ document: ParsedLexicon, as nsid: NSID) throws(SchemaError) {
    documents[nsid] = document
    for reference in waiting.removeValue(forKey: nsid) ?? [] {
      try follow(reference, in: document)
    }
  }

  private mutating func follow(
    _ reference: Reference,
    in document: ParsedLexicon
  ) throws(SchemaError) {
    guard let definition = document[definition: reference.definition] else {
      throw SchemaError("lexicon \(reference.nsid) does not define '\(reference.definition)'")
    }
    width = max(width, definition.width)
    definition.forEachReference { reference, _ in pending.append(reference) }
  }
}

extension Definition {
  /// The most properties, union members, or enum values in one place.
  fileprivate var width: Int {
    var width = 0
    if case .record(let record) = kind { width = record.record.properties.count }
    forEachSchema { schema in
      let own =
        switch schema.kind {
        case .object(let object): object.properties.count
        case .union(let union): union.refs.count
        case .string(let string): string.enum?.count ?? 0
        case .integer(let integer): integer.enum?.count ?? 0
        case .blob(let blob): blob.accept?.count ?? 0
        default: 0
        }
      width = max(width, own)
    }
    return width
  }
}

/// Why records cannot be validated by a lexicon.
struct SchemaError: Error, Hashable {
  var reason: String
  /// Whether another attempt may succeed.
  var isTemporary: Bool

  init(_ reason: String, isTemporary: Bool = false) {
    self.reason = reason
    self.isTemporary = isTemporary
  }
}
