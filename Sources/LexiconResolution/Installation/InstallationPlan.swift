public import ATProtoSyntax
public import Lexicon

/// The result of an installation, before anything is written.
public struct InstallationPlan: Sendable {
  /// The documents that are in the folder after the plan is carried out, sorted.
  public let documents: [NSID]
  /// The documents whose files are written, sorted.
  public let written: [NSID]
  /// The manifest after the plan is carried out.
  public let manifest: LexiconManifest
  /// Whether the manifest changes.
  public let changesManifest: Bool
  /// What a person should know, sorted.
  public let warnings: [String]

  private let change: FolderChange

  init(
    _ documents: [NSID: PlannedDocument],
    _ manifest: LexiconManifest,
    in folder: LexiconFolder,
    replacing old: LexiconFolder.ReadManifest?,
    savesManifest: Bool = true
  ) {
    self.documents = documents.keys.sorted()
    let writes = documents.values.filter(\.isWritten).sorted { $0.nsid < $1.nsid }
    written = writes.map(\.nsid)
    self.manifest = manifest
    changesManifest = manifest != old?.manifest
    let isSaved = savesManifest && changesManifest
    warnings =
      Set(documents.values.compactMap(\.warning)).sorted()
      + folder.warnings(of: old, isWritten: isSaved)
    change = FolderChange(
      folder: folder,
      documents: self.documents,
      writes: writes.map {
        FolderChange.Write(nsid: $0.nsid, bytes: $0.bytes, previous: $0.file?.bytes)
      },
      manifest: isSaved ? manifest : nil,
      previousManifest: old?.bytes
    )
  }

  /// Writes the files, and then the manifest. A process that is killed leaves whole files and the old
  /// manifest, and the same command completes the rest.
  ///
  /// - Throws: ``LexiconError/Code/localChanges`` if files have changed since the plan was made;
  ///   ``LexiconError/Code/fileFailed`` if a file cannot be written. Then none is.
  public func apply() throws(LexiconError) {
    try change.apply()
  }
}
