import ATProtoSyntax
import Lexicon

/// Where a document that is needed comes from.
enum DocumentSource: Sendable {
  /// An entry of the manifest: the file if it has the entry's CID, otherwise the record with that
  /// CID.
  case locked(LexiconManifest.Resolution)
  /// The record that the domain authority publishes now, in place of the manifest's entry.
  case renewed(LexiconManifest.Resolution)
  /// A document that the manifest does not have, or has with another CID or DID than is asked for.
  case requested(LexiconReference, replacing: LexiconManifest.Resolution?)
  /// Nowhere: a document that the manifest does not have, and must have.
  case unlisted

  /// The manifest's entry, if there is one.
  var entry: LexiconManifest.Resolution? {
    switch self {
    case .locked(let entry), .renewed(let entry): entry
    case .requested(_, let entry): entry
    case .unlisted: nil
    }
  }
}

/// A document that is part of a plan.
struct PlannedDocument: Sendable {
  let nsid: NSID
  let resolution: LexiconManifest.Resolution
  /// The content of its file after the plan is carried out.
  let bytes: [UInt8]
  /// Its file now; nil if there is none.
  let file: InstalledFile?
  /// The documents that it refers to.
  let references: Set<NSID>
  /// What a person should know, if anything.
  var warning: String?

  /// Whether its file has to be written.
  var isWritten: Bool { file?.bytes != bytes }
}
