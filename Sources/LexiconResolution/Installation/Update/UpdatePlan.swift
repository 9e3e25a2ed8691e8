public import ATProtoData
public import ATProtoSyntax
public import Lexicon

/// The result of an update, before anything is written.
public struct UpdatePlan: Sendable {
  /// The documents with another CID than before, sorted.
  public let changed: [DocumentUpdate]
  /// The documents that the manifest did not have, because nothing referred to them before; sorted.
  public let added: [NSID]
  /// The documents that leave the manifest, because nothing refers to them any more; sorted. Their
  /// files stay.
  public let unused: [NSID]
  /// The files to write.
  public let installation: InstallationPlan

  /// Whether a change breaks data or software that follows the installed version.
  public var isBreaking: Bool { changed.contains { $0.verdict == .breaking } }
}

/// A document that an update changes.
public struct DocumentUpdate: Sendable {
  /// The document.
  public let nsid: NSID
  /// The CID in the manifest.
  public let from: CID
  /// The CID that is published now.
  public let to: CID
  /// The worst class of the changes, by the rules of `lexgen diff`.
  public let verdict: ChangeClass
  /// The changes, the worst first.
  public let changes: [Change]

  /// One change of a document.
  public struct Change: Hashable, Sendable {
    /// The rule of `lexgen diff` that found it, or `not-compared`.
    public let rule: String
    /// How bad the change is.
    public let classification: ChangeClass
    /// A JSON Pointer into the document.
    public let path: String
    /// The change and its consequence, in words.
    public let message: String
  }
}
