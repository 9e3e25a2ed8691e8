import ATProtoData
import ATProtoSyntax
import Lexicon

/// Fetches one document, and decides whether its file may be written.
struct DocumentFetch: Sendable {
  let run: LexiconRun
  let options: InstallationOptions

  func document(
    _ nsid: NSID,
    from source: DocumentSource,
    _ file: InstalledFile?
  ) async throws(LexiconError) -> PlannedDocument {
    switch source {
    case .locked(let entry): try await locked(nsid, entry, file)
    case .renewed(let entry): try await renewed(nsid, entry, file)
    case .requested(let reference, let entry): try await requested(nsid, reference, entry, file)
    case .unlisted: throw unlisted(nsid)
    }
  }

  // MARK: - Entries of the manifest

  private func locked(
    _ nsid: NSID,
    _ entry: LexiconManifest.Resolution,
    _ file: InstalledFile?
  ) async throws(LexiconError) -> PlannedDocument {
    if let file, !options.overwritesChanges {
      // An update that was interrupted has written the file, but not the manifest.
      guard let published = try? await resolve(nsid, at: entry.did), published.cid == file.cid
      else { throw localChanges(nsid) }
      return try planned(published, file, replacing: entry)
    }
    do throws(LexiconError) {
      let reference = LexiconReference(nsid, cid: entry.cid, did: entry.did)
      let locked = try await run.resolve(reference)
      return try planned(locked, file, replacing: entry)
    } catch {
      guard error.code == .cidMismatch else { throw error }
      let published = try await resolve(nsid, at: entry.did)
      guard let file, published.cid == file.cid else {
        throw cidMismatch(nsid, entry, published.cid)
      }
      return try planned(published, file, replacing: entry)
    }
  }

  private func renewed(
    _ nsid: NSID,
    _ entry: LexiconManifest.Resolution,
    _ file: InstalledFile?
  ) async throws(LexiconError) -> PlannedDocument {
    var did = entry.did
    var warning: String?
    do throws(LexiconError) {
      did = try await run.authority(of: nsid).did
      if did != entry.did, !options.acceptsMovedAuthority { throw moved(nsid, entry.did, did) }
    } catch {
      // The record is still where the manifest says, signed by the same account.
      guard error.code == .authorityNotFound || error.code == .reservedDomain else { throw error }
      let domain = nsid.domain.map { "_lexicon.\($0)" } ?? nsid.authority
      warning = "\(domain) no longer has a TXT record with a DID; keeping \(entry.did)"
    }
    let published = try await resolve(nsid, at: did)
    try checkFile(file, of: published, replacing: entry)
    var document = try planned(published, file, replacing: entry)
    document.warning = warning
    return document
  }

  // MARK: - Other documents

  private func requested(
    _ nsid: NSID,
    _ reference: LexiconReference,
    _ entry: LexiconManifest.Resolution?,
    _ file: InstalledFile?
  ) async throws(LexiconError) -> PlannedDocument {
    let published = try await run.resolve(reference)
    if let entry, reference.did == nil, entry.did != published.did {
      throw moved(nsid, entry.did, published.did)
    }
    try checkFile(file, of: published, replacing: entry)
    return try planned(published, file, replacing: entry)
  }

  private func resolve(_ nsid: NSID, at did: DID) async throws(LexiconError) -> ResolvedLexicon {
    try await run.resolve(LexiconReference(nsid, did: did))
  }

  /// A file may be replaced if it is the manifest's, and stays if it is the published one already.
  private func checkFile(
    _ file: InstalledFile?,
    of published: ResolvedLexicon,
    replacing entry: LexiconManifest.Resolution?
  ) throws(LexiconError) {
    guard let file, let cid = file.cid, cid == published.cid || cid == entry?.cid else {
      if file == nil || options.overwritesChanges { return }
      throw localChanges(published.nsid)
    }
  }

  private func planned(
    _ lexicon: ResolvedLexicon,
    _ file: InstalledFile?,
    replacing entry: LexiconManifest.Resolution?
  ) throws(LexiconError) -> PlannedDocument {
    let resolution = LexiconManifest.Resolution(did: lexicon.did, cid: lexicon.cid)
    let references = LexiconReferences.followed(in: lexicon.record)
    if let file, file.record(lexicon.cid, of: lexicon.nsid) != nil {
      // A version that the manifest has was checked, or allowed, when it was installed.
      if entry?.cid != lexicon.cid, !options.allowsInvalid {
        try DocumentText.check(file.bytes, of: lexicon.nsid)
      }
      return PlannedDocument(
        nsid: lexicon.nsid,
        resolution: resolution,
        bytes: file.bytes,
        file: file,
        references: references
      )
    }
    let bytes = try DocumentText.bytes(of: lexicon)
    if !options.allowsInvalid { try DocumentText.check(bytes, of: lexicon.nsid) }
    return PlannedDocument(
      nsid: lexicon.nsid,
      resolution: resolution,
      bytes: bytes,
      file: file,
      references: references
    )
  }
}

// Errors
extension DocumentFetch {
  private func localChanges(_ nsid: NSID) -> LexiconError {
    LexiconError(
      .localChanges,
      "\(LexiconFile.path(of: nsid)) has local changes; move it away, or overwrite it with --force",
      nsid: nsid
    )
  }

  private func cidMismatch(
    _ nsid: NSID,
    _ entry: LexiconManifest.Resolution,
    _ published: CID
  ) -> LexiconError {
    LexiconError(
      .cidMismatch,
      "cannot install \(nsid): \(entry.did) publishes \(published), and the manifest has "
        + "\(entry.cid); run atproto lexicon update \(nsid)",
      nsid: nsid
    )
  }

  private func unlisted(_ nsid: NSID) -> LexiconError {
    LexiconError(
      .manifestOutdated,
      "\(nsid) has no resolution in the manifest; run atproto lexicon install and commit the result",
      nsid: nsid
    )
  }

  private func moved(_ nsid: NSID, _ old: DID, _ new: DID) -> LexiconError {
    LexiconError(
      .authorityMoved,
      "the domain authority of \(nsid) names \(new), and the manifest has \(old); if you trust the "
        + "new account, run atproto lexicon update --accept-moved \(nsid)",
      nsid: nsid
    )
  }
}
