import ATProtoData
import ATProtoSyntax
import Lexicon

extension DocumentChanges {
  /// Compares local documents with the published records of the same names.
  init(from old: [NSID: DataValue], to new: [LocalLexicon]) {
    self.init(
      from: old.compactMap { LexiconDocument(comparing: $1.jsonBytes(), of: $0) },
      to: new.compactMap { LexiconDocument(comparing: $0.record.jsonBytes(), of: $0.nsid) },
      of: new.filter { document in old[document.nsid].map { $0 != document.record } ?? false }
        .map { .init(nsid: $0.nsid, references: LexiconReferences.followed(in: $0.record)) }
    )
  }
}
