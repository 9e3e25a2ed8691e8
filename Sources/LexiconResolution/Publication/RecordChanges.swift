import ATProtoData
import ATProtoSyntax
import Lexicon

/// The changes from published documents to those that replace them, by the rules of `lexgen diff`.
///
/// The versions are compared as catalogs, not one document at a time: how a definition is used in
/// other documents decides whether a change breaks anything.
struct RecordChanges {
  private let byDocument: [NSID: [SchemaChange]]

  /// Compares documents with the published records of the same names.
  init(_ old: [NSID: DataValue], _ new: [LocalLexicon]) {
    let changed = new.filter { document in old[document.nsid].map { $0 != document.record } ?? false
    }
    guard !changed.isEmpty else {
      byDocument = [:]
      return
    }
    let before = Self.catalog(old.map { ($0.key, $0.value) })
    let after = Self.catalog(new.map { ($0.nsid, $0.record) })
    var byDocument: [NSID: [SchemaChange]] = [:]
    for change in after.changes(since: before) {
      // A new document does not break anything, and a published one without a file stays.
      if change.path.isEmpty, change.old == nil || change.new == nil { continue }
      for nsid in Self.documents(of: change, among: changed) {
        byDocument[nsid, default: []].append(change)
      }
    }
    self.byDocument = byDocument
  }

  subscript(nsid: NSID) -> [SchemaChange] { byDocument[nsid] ?? [] }

  /// The changed documents that a change belongs to. If a document refers to another definition than
  /// before, differences are found at the definition, whose document may not have changed.
  private static func documents(
    of change: SchemaChange,
    among changed: [LocalLexicon]
  ) -> [NSID] {
    if let document = changed.first(where: { $0.nsid.string == change.nsid }) {
      return [document.nsid]
    }
    let referrers = changed.filter { document in
      LexiconReferences.followed(in: document.record).contains {
        $0.normalized.string == change.nsid
      }
    }
    return (referrers.isEmpty ? changed : referrers).map(\.nsid)
  }

  /// The documents without errors of their own. Nothing can depend on one that was never valid.
  private static func catalog(_ records: [(nsid: NSID, record: DataValue)]) -> Catalog {
    Catalog(
      records.compactMap { nsid, record in
        let file = SourceFile(path: LexiconFile.path(of: nsid), bytes: record.jsonBytes())
        return LexiconDocument.parse(file).document
      }
    )
  }
}
