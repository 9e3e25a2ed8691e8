import ATProtoSyntax
import Lexicon

/// Installs documents with all that they refer to, at the versions in the manifest.
///
/// Everything is fetched and checked in memory; ``InstallationPlan/apply()`` writes it.
public struct LexiconInstallation: Sendable {
  private let folder: LexiconFolder
  private let fetch: DocumentFetch
  private let progress: LexiconProgress.Report?

  /// Creates an installation into a folder.
  public init(
    into folder: LexiconFolder,
    from run: LexiconRun,
    options: InstallationOptions = InstallationOptions(),
    progress: LexiconProgress.Report? = nil
  ) {
    self.folder = folder
    fetch = DocumentFetch(run: run, options: options)
    self.progress = progress
  }

  /// Plans what the manifest says, and in addition the requested documents.
  ///
  /// A document that the manifest has is not looked up: its file has the manifest's CID, or the
  /// record with this CID is fetched from the account that the manifest names.
  ///
  /// - Parameter savesManifest: whether the plan writes the manifest.
  public func plan(
    adding requests: [LexiconRequest] = [],
    savesManifest: Bool = true
  ) async throws(LexiconError) -> InstallationPlan {
    let old = try folder.manifest()
    guard old != nil || !requests.isEmpty else {
      throw LexiconError(
        .notInstalled,
        "cannot find \(folder.manifestPath); name lexicons to install"
      )
    }
    return try await plan(old, requests, savesManifest: savesManifest)
  }

  /// Plans what the manifest says, for a run that must not change it.
  ///
  /// A document that the manifest does not have is not looked up.
  ///
  /// - Throws: ``LexiconError/Code/manifestOutdated`` if the manifest would change.
  public func planLocked() async throws(LexiconError) -> InstallationPlan {
    guard let old = try folder.manifest() else {
      throw LexiconError(.manifestOutdated, "cannot find \(folder.manifestPath)")
    }
    let plan = try await plan(old, [], savesManifest: false, isLocked: true)
    guard !plan.changesManifest else {
      throw LexiconError(
        .manifestOutdated,
        "\(folder.manifestPath) is out of date; run atproto lexicon install and commit the result"
      )
    }
    return plan
  }

  private func plan(
    _ old: LexiconFolder.ReadManifest?,
    _ requests: [LexiconRequest],
    savesManifest: Bool,
    isLocked: Bool = false
  ) async throws(LexiconError) -> InstallationPlan {
    let requested = try await references(requests)
    let entries = old?.manifest.resolutions ?? [:]
    var manifest = LexiconManifest()
    manifest.lexicons = (old?.manifest.lexicons ?? []).union(requested.keys)
    var search = DocumentSearch(folder, fetch, progress: progress) { nsid in
      isLocked && entries[nsid] == nil
        ? .unlisted : Self.source(of: nsid, requested[nsid], entries[nsid])
    }
    try await search.run(from: manifest.lexicons.sorted())
    manifest.resolutions = search.documents.mapValues(\.resolution)
    return InstallationPlan(
      search.documents,
      manifest,
      in: folder,
      replacing: old,
      savesManifest: savesManifest
    )
  }

  private static func source(
    of nsid: NSID,
    _ requested: LexiconReference?,
    _ entry: LexiconManifest.Resolution?
  ) -> DocumentSource {
    guard let entry else {
      let reference = requested ?? LexiconReference(nsid)
      return .requested(reference, replacing: nil)
    }
    let wanted = LexiconManifest.Resolution(
      did: requested?.did ?? entry.did,
      cid: requested?.cid ?? entry.cid
    )
    guard let requested, wanted != entry else { return .locked(entry) }
    return .requested(requested, replacing: entry)
  }

  /// The requested documents, with each group replaced by its documents.
  private func references(
    _ requests: [LexiconRequest]
  ) async throws(LexiconError) -> [NSID: LexiconReference] {
    var references: [NSID: LexiconReference] = [:]
    var names: [LexiconReference] = []
    for request in requests {
      switch request {
      case .document(let reference):
        if let other = references.updateValue(reference, forKey: reference.nsid),
          other != reference
        {
          throw LexiconError(
            .invalidNsid,
            "\(reference.nsid) is named twice, with different CIDs or DIDs",
            nsid: reference.nsid
          )
        }
      case .group(let group):
        let listed = try await fetch.run.names(in: group).names
        guard !listed.isEmpty else {
          throw LexiconError(.recordNotFound, "cannot find any lexicon in \(group)")
        }
        names += listed.map { LexiconReference($0) }
      }
    }
    // A document that is also named by itself has the CID or the DID that is given there.
    for reference in names where references[reference.nsid] == nil {
      references[reference.nsid] = reference
    }
    return references
  }
}
