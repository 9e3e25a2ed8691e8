import ATProtoData
import ATProtoSyntax
import Lexicon

/// Compares the documents of an update with the installed ones, by the rules of `lexgen diff`.
struct UpdateComparison {
  private let entries: [NSID: LexiconManifest.Resolution]
  private var old: [NSID: LexiconDocument] = [:]
  private var new: [NSID: LexiconDocument] = [:]
  private var documents: [PlannedDocument] = []
  private var missing: Set<NSID> = []

  init(
    _ documents: [NSID: PlannedDocument],
    replacing entries: [NSID: LexiconManifest.Resolution],
    in folder: LexiconFolder
  ) throws(LexiconError) {
    self.entries = entries
    self.documents = documents.values.filter { document in
      entries[document.nsid].map { $0.cid != document.resolution.cid } ?? false
    }.sorted { $0.nsid < $1.nsid }
    // Without a change there is nothing to parse.
    if self.documents.isEmpty { return }
    for nsid in entries.keys {
      let planned = documents[nsid]
      let bytes = if let planned { planned.file?.bytes } else { try folder.contents(of: nsid) }
      guard let bytes else {
        missing.insert(nsid)
        continue
      }
      old[nsid] = LexiconDocument(comparing: bytes, of: nsid)
      if let planned, !planned.isWritten { new[nsid] = old[nsid] }
    }
    for document in documents.values where new[document.nsid] == nil {
      new[document.nsid] = LexiconDocument(comparing: document.bytes, of: document.nsid)
    }
  }

  /// The updated documents, sorted.
  func changed() -> [DocumentUpdate] {
    let changes = DocumentChanges(
      from: old.values,
      to: new.values,
      of: documents.map { .init(nsid: $0.nsid, references: $0.references) }
    )
    return documents.compactMap { document in
      let found =
        [uncompared(document)].compactMap(\.self)
        + changes[document.nsid].map(DocumentUpdate.Change.init)
      let sorted = found.enumerated().sorted { left, right in
        (right.element.classification, left.offset) < (left.element.classification, right.offset)
      }
      return DocumentUpdate(
        nsid: document.nsid,
        from: entries[document.nsid]?.cid ?? document.resolution.cid,
        to: document.resolution.cid,
        verdict: sorted.first?.element.classification ?? .compatible,
        changes: sorted.map(\.element)
      )
    }
  }

  /// A change that stands for a comparison that is not possible; nil if it is.
  private func uncompared(_ document: PlannedDocument) -> DocumentUpdate.Change? {
    let nsid = document.nsid
    if new[nsid] == nil {
      return DocumentUpdate.Change(
        uncompared: .breaking,
        "the new version has errors, so the versions cannot be compared"
      )
    }
    if missing.contains(nsid) {
      return DocumentUpdate.Change(
        uncompared: .note,
        "not compared, because the installed file is missing"
      )
    }
    if old[nsid] == nil {
      // The old version was never valid, so nothing can depend on it.
      return DocumentUpdate.Change(
        uncompared: .note,
        "not compared, because the installed version has errors"
      )
    }
    return nil
  }
}

extension DocumentUpdate.Change {
  fileprivate init(_ change: SchemaChange) {
    self.init(
      rule: change.rule.id,
      classification: change.classification,
      path: change.path,
      message: change.message
    )
  }

  fileprivate init(uncompared classification: ChangeClass, _ message: String) {
    self.init(rule: "not-compared", classification: classification, path: "", message: message)
  }
}
