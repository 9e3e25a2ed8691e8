import ATProtoData
import ATProtoSyntax
import Lexicon

/// The changes between two versions of some documents, by the rules of `lexgen diff`.
///
/// The versions are compared as catalogs, not one document at a time: how a definition is used in
/// other documents decides whether a change breaks anything.
struct DocumentChanges {
  /// A document whose content differs between the versions.
  struct Subject {
    var nsid: NSID
    /// The documents that the new version refers to.
    var references: Set<NSID>
  }

  private let byDocument: [NSID: [SchemaChange]]

  /// Compares all documents of both versions, which are valid by themselves, and assigns each change
  /// to the subjects that it belongs to.
  ///
  /// Documents that only one of the versions has do not count as changes: a new document does not
  /// break anything, and one that is not needed any more stays where it is.
  init(
    from old: some Collection<LexiconDocument>,
    to new: some Collection<LexiconDocument>,
    of subjects: [Subject]
  ) {
    var byDocument: [NSID: [SchemaChange]] = [:]
    if !subjects.isEmpty {
      for change in Catalog(Array(new)).changes(since: Catalog(Array(old))) {
        if change.path.isEmpty, change.old == nil || change.new == nil { continue }
        for nsid in Self.subjects(of: change, among: subjects) {
          byDocument[nsid, default: []].append(change)
        }
      }
    }
    self.byDocument = byDocument
  }

  subscript(nsid: NSID) -> [SchemaChange] { byDocument[nsid] ?? [] }

  /// If a document refers to another definition than before, differences are found at the definition,
  /// whose document may not have changed.
  private static func subjects(of change: SchemaChange, among subjects: [Subject]) -> [NSID] {
    if let subject = subjects.first(where: { $0.nsid.string == change.nsid }) {
      return [subject.nsid]
    }
    let referrers = subjects.filter { subject in
      subject.references.contains { $0.normalized.string == change.nsid }
    }
    return (referrers.isEmpty ? subjects : referrers).map(\.nsid)
  }
}

extension LexiconDocument {
  /// Reads the JSON of a document; nil if it has errors of its own, so that nothing can depend on it.
  init?(comparing json: [UInt8], of nsid: NSID) {
    let file = SourceFile(path: LexiconFile.path(of: nsid), bytes: json)
    guard let document = LexiconDocument.parse(file).document else { return nil }
    self = document
  }
}
