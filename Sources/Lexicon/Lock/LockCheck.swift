public import ATProtoSyntax

/// Compares installed files with their manifest, without the network.
///
/// They agree if the file of each resolution contains the document with its NSID and CID, and if the
/// resolutions are exactly the documents that were asked for and all that they refer to. Files
/// outside the manifest do not matter.
public struct LockCheck {
  private let manifest: LexiconManifest
  private var problems: [LockProblem] = []
  /// The references of each resolved document whose file is readable.
  private var references: [NSID: Set<NSID>] = [:]
  /// The resolved documents whose files are missing or not readable, so that their references are not
  /// known.
  private var unreadable: Set<NSID> = []

  /// Returns the problems, sorted by NSID.
  ///
  /// - Parameter file: returns the content of a document's file, or nil if there is none.
  public static func problems(
    _ manifest: LexiconManifest,
    file: (NSID) -> [UInt8]?
  ) -> [LockProblem] {
    var check = LockCheck(manifest: manifest)
    for (nsid, resolution) in manifest.resolutions {
      check.compare(file(nsid), nsid, resolution)
    }
    check.followReferences()
    return check.problems.sorted {
      ($0.nsid.string, $0.kind) < ($1.nsid.string, $1.kind)
    }
  }

  private init(manifest: LexiconManifest) {
    self.manifest = manifest
  }

  private mutating func compare(
    _ bytes: [UInt8]?,
    _ nsid: NSID,
    _ resolution: LexiconManifest.Resolution
  ) {
    guard let bytes else { return reportUnreadable(nsid, .missing) }
    guard let file = try? LexiconFile(json: bytes) else { return reportUnreadable(nsid, .modified) }
    references[nsid] = LexiconReferences.followed(in: file.value)
    let hasName = file.id == nsid
    if file.cid == resolution.cid, hasName { return }
    let isStripped = hasName && file.isStripped(of: resolution.cid)
    problems.append(LockProblem(nsid: nsid, kind: isStripped ? .stripped : .modified))
  }

  private mutating func reportUnreadable(_ nsid: NSID, _ kind: LockProblem.Kind) {
    problems.append(LockProblem(nsid: nsid, kind: kind))
    unreadable.insert(nsid)
  }

  private mutating func followReferences() {
    var reached: Set<NSID> = []
    var pending: [(nsid: NSID, referrer: NSID?)] =
      Self.sorted(manifest.lexicons).map { ($0, nil) }
    // First in, first out, and sorted, so that the referrer is the same in each run.
    var next = 0
    while next < pending.count {
      let (nsid, referrer) = pending[next]
      next += 1
      guard reached.insert(nsid).inserted else { continue }
      guard manifest.resolutions[nsid] != nil else {
        problems.append(LockProblem(nsid: nsid, kind: .unlisted, referrer: referrer))
        continue
      }
      pending += Self.sorted(references[nsid] ?? []).lazy.filter { !reached.contains($0) }
        .map { ($0, nsid) }
    }
    // A document that cannot be read may refer to any of the others.
    guard unreadable.isDisjoint(with: reached) else { return }
    for nsid in manifest.resolutions.keys where !reached.contains(nsid) {
      problems.append(LockProblem(nsid: nsid, kind: .superfluous))
    }
  }

  private static func sorted(_ names: Set<NSID>) -> [NSID] {
    names.sorted { $0.string < $1.string }
  }
}
