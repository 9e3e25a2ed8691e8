public import ATProtoData
public import ATProtoSyntax

/// How documents in files relate to those that are published in their groups.
public struct LexiconStatus: Sendable {
  /// The relation of a document in a file to the published one.
  public enum State: String, Hashable, Sendable {
    /// Both are the same record.
    case same
    /// They differ.
    case changed
    /// Only the file exists.
    case localOnly = "local-only"
    /// Only the published document exists.
    case publishedOnly = "published-only"
  }

  /// One document.
  public struct Row: Sendable {
    /// The NSID.
    public let nsid: NSID
    /// The relation.
    public let state: State
    /// What the domain of its group leads to.
    public let domain: DomainCheck
    /// The CID of the file's record; nil without a file.
    public let local: CID?
    /// The CID of the published record; nil if there is none, or none that is valid.
    public let published: CID?
    /// The account whose repository was read; nil if none is known.
    public let did: DID?
    /// Whether the manifest lists it, so that it comes from somewhere else.
    public let isInstalled: Bool
  }

  /// The documents, sorted by NSID.
  public let rows: [Row]

  /// Whether every document is published as it is, and every domain leads to an account.
  public var isComplete: Bool { rows.allSatisfy { $0.state == .same && $0.domain.state == .ok } }

  init(rows: [Row]) {
    self.rows = rows.sorted { $0.nsid < $1.nsid }
  }
}

extension LexiconStatus {
  /// Compares documents with those published in the same groups.
  ///
  /// - Parameters:
  ///   - installed: the documents that the manifest lists.
  ///   - account: the account to ask for groups whose domain does not lead to any.
  public static func read(
    _ documents: LocalLexicons,
    installed: Set<NSID> = [],
    account: DID? = nil,
    _ run: LexiconRun
  ) async throws(LexiconError) -> LexiconStatus {
    let groups = Dictionary(grouping: documents.documents) { LexiconGroup(of: $0.nsid) }
    var rows: [Row] = []
    for domain in await DomainCheck.all(for: documents.documents.map(\.nsid), run) {
      let locals = groups[domain.group] ?? []
      let did = domain.did ?? account
      let published = try await published(in: domain.group, locals, did, run)
      let local = Dictionary(locals.map { ($0.nsid, $0.cid) }) { first, _ in first }
      for nsid in Set(local.keys).union(published.keys) {
        rows.append(
          Row(
            nsid: nsid,
            state: State(local[nsid], published[nsid]),
            domain: domain,
            local: local[nsid],
            published: published[nsid]?.cid,
            did: did,
            isInstalled: installed.contains(nsid)
          )
        )
      }
    }
    return LexiconStatus(rows: rows)
  }

  /// What is published in a group; empty if the repository does not exist.
  private static func published(
    in group: LexiconGroup,
    _ locals: [LocalLexicon],
    _ did: DID?,
    _ run: LexiconRun
  ) async throws(LexiconError) -> [NSID: PublishedLexicons.Entry] {
    guard let did else { return [:] }
    do throws(LexiconError) {
      let repository = try await run.repository(of: did)
      let names = try await run.resolver.names(in: group, from: repository)
      let nsids = Set(names).union(locals.map(\.nsid))
      return try await PublishedLexicons.read(nsids, of: did, run).entries
    } catch {
      switch error.code {
      case .didNotFound, .noPds, .repoUnavailable: return [:]
      default: throw error
      }
    }
  }
}

extension LexiconStatus.State {
  fileprivate init(_ local: CID?, _ published: PublishedLexicons.Entry?) {
    self =
      switch (local, published) {
      case (nil, _): .publishedOnly
      case (_, nil): .localOnly
      case (let local?, let published?): local == published.cid ? .same : .changed
      }
  }
}
