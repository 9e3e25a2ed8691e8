public import ATProtoSyntax
import Lexicon

/// Looks up documents of the manifest anew, and takes what is published now.
public struct LexiconUpdate: Sendable {
  private let folder: LexiconFolder
  private let fetch: DocumentFetch
  private let progress: LexiconProgress.Report?

  /// Creates an update of a folder.
  public init(
    of folder: LexiconFolder,
    from run: LexiconRun,
    options: InstallationOptions = InstallationOptions(),
    progress: LexiconProgress.Report? = nil
  ) {
    self.folder = folder
    fetch = DocumentFetch(run: run, options: options)
    self.progress = progress
  }

  /// Plans an update.
  ///
  /// - Parameters:
  ///   - names: the documents to update; all if empty.
  ///   - kept: the documents that stay as they are.
  /// - Throws: ``LexiconError/Code/notInstalled`` if the manifest does not have a named document;
  ///   ``LexiconError/Code/authorityMoved`` if a domain authority names another DID than the manifest.
  public func plan(
    _ names: [NSID] = [],
    keeping kept: Set<NSID> = []
  ) async throws(LexiconError) -> UpdatePlan {
    guard let old = try folder.manifest() else {
      throw LexiconError(.notInstalled, "cannot find \(folder.manifestPath)")
    }
    let entries = old.manifest.resolutions
    for nsid in names + kept.sorted() where entries[nsid] == nil {
      throw LexiconError(
        .notInstalled,
        "\(nsid) is not installed; install it with atproto lexicon install \(nsid)",
        nsid: nsid
      )
    }
    let updated = Set(names.isEmpty ? Array(entries.keys) : names).subtracting(kept)
    var search = DocumentSearch(folder, fetch, progress: progress) { nsid in
      guard let entry = entries[nsid] else {
        return .requested(LexiconReference(nsid), replacing: nil)
      }
      return updated.contains(nsid) ? .renewed(entry) : .locked(entry)
    }
    try await search.run(from: old.manifest.lexicons.sorted())
    var manifest = LexiconManifest()
    manifest.lexicons = old.manifest.lexicons
    manifest.resolutions = search.documents.mapValues(\.resolution)
    return UpdatePlan(
      changed: try UpdateComparison(search.documents, replacing: entries, in: folder).changed(),
      added: search.documents.keys.filter { entries[$0] == nil }.sorted(),
      unused: entries.keys.filter { search.documents[$0] == nil }.sorted(),
      installation: InstallationPlan(search.documents, manifest, in: folder, replacing: old)
    )
  }
}
