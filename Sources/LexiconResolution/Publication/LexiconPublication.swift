public import ATProtoData
public import ATProtoSyntax
public import Lexicon
public import XRPC

/// A plan to publish documents: what each of them needs, and whether all of it may happen.
public struct LexiconPublication: Sendable {
  /// What happens to a document.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// It is published already.
    case same
    /// It is published for the first time.
    case create
    /// It differs from the published document, and updates are not allowed.
    case changed
    /// It replaces the published document.
    case update
    /// It would break readers or writers of the published document.
    case breaking
    /// Its domain does not lead to the account.
    case refused

    /// Whether nothing can be published because of it.
    public var hinders: Bool {
      switch self {
      case .changed, .breaking, .refused: true
      case .same, .create, .update: false
      }
    }
  }

  /// One document of the plan.
  public struct Entry: Sendable {
    /// The document.
    public let document: LocalLexicon
    /// What happens to it.
    public let state: State
    /// The CID of the published document; nil if there is none, or none that is valid.
    public let published: CID?
    /// The changes from the published document.
    public let changes: [SchemaChange]
    /// What its domain leads to; nil if that was not checked.
    public let domain: DomainCheck?

    /// The verdict on the changes.
    public var verdict: EvolutionVerdict { EvolutionVerdict(changes) }
  }

  /// What a plan allows beyond publishing for the first time.
  public struct Options: Hashable, Sendable {
    /// Whether documents may replace published ones.
    public var allowsUpdates: Bool
    /// Whether they may do so with changes that break readers or writers.
    public var allowsBreakingChanges: Bool

    /// Creates options; nothing is allowed by default.
    public init(allowsUpdates: Bool = false, allowsBreakingChanges: Bool = false) {
      self.allowsUpdates = allowsUpdates
      self.allowsBreakingChanges = allowsBreakingChanges
    }
  }

  /// The account that publishes.
  public let did: DID
  /// The documents, sorted by NSID.
  public let entries: [Entry]
  private let commit: CIDString?

  /// Plans the publication of documents.
  ///
  /// - Parameters:
  ///   - documents: the documents, checked.
  ///   - published: what the account has published under their names.
  ///   - domains: what their domains lead to; empty to not check.
  public init(
    _ documents: LocalLexicons,
    published: PublishedLexicons,
    domains: [DomainCheck] = [],
    options: Options = Options()
  ) {
    did = published.did
    commit = published.head?.commit
    let domains = Dictionary(
      domains.map { ($0.group, $0.expecting(published.did)) }
    ) { first, _ in first }
    let changes = DocumentChanges(
      from: published.entries.compactMapValues(\.record),
      to: documents.documents
    )
    entries = documents.documents.map { document in
      let entry = published.entries[document.nsid]
      let domain = domains[LexiconGroup(of: document.nsid)]
      let changes = changes[document.nsid]
      return Entry(
        document: document,
        state: State(document, entry, changes, domain, options),
        published: entry?.cid,
        changes: changes,
        domain: domain
      )
    }
  }

  /// The documents because of which nothing can be published.
  public var hindrances: [Entry] { entries.filter(\.state.hinders) }

  /// The documents to write.
  public var pending: [Entry] { entries.filter { $0.state == .create || $0.state == .update } }
}

extension LexiconPublication.State {
  fileprivate init(
    _ document: LocalLexicon,
    _ published: PublishedLexicons.Entry?,
    _ changes: [SchemaChange],
    _ domain: DomainCheck?,
    _ options: LexiconPublication.Options
  ) {
    if published?.cid == document.cid {
      self = .same
    } else if let domain, domain.state != .ok {
      self = .refused
    } else if published == nil {
      self = .create
    } else if !options.allowsUpdates {
      self = .changed
    } else if EvolutionVerdict(changes) == .breaking, !options.allowsBreakingChanges {
      self = .breaking
    } else {
      self = .update
    }
  }
}

extension LexiconPublication {
  /// Reads what an account has published, and what the domains lead to, and plans the publication.
  ///
  /// - Parameters:
  ///   - head: the newest commit of the account's repository, which the writes depend on.
  ///   - checksDomains: whether each group's domain must lead to the account.
  public static func plan(
    _ documents: LocalLexicons,
    as did: DID,
    at head: PublishedLexicons.Head?,
    checksDomains: Bool = true,
    options: Options = Options(),
    _ run: LexiconRun,
    progress: LexiconProgress.Report? = nil
  ) async throws(LexiconError) -> LexiconPublication {
    let nsids = documents.documents.map(\.nsid)
    let published = try await PublishedLexicons.read(
      nsids,
      of: did,
      at: head,
      run,
      progress: progress
    )
    let pending = documents.documents.filter { published.entries[$0.nsid]?.cid != $0.cid }
    let domains = checksDomains ? await DomainCheck.all(for: pending.map(\.nsid), run) : []
    return LexiconPublication(
      documents,
      published: published,
      domains: domains,
      options: options
    )
  }

  /// Publishes what is pending: all of it, or nothing. Only more documents than a commit can hold are
  /// published in several commits.
  ///
  /// - Parameter client: a client with the account's session.
  public func apply(through client: any XRPCCalling) async throws(PublicationFailure) {
    if let failure {
      throw PublicationFailure(error: failure, done: [], remaining: pending.map(\.document.nsid))
    }
    var writes: [NSID: RecordWrites.Write] = [:]
    for entry in pending {
      writes[entry.document.nsid] =
        entry.state == .create
        ? RecordWrites.create(entry.document) : RecordWrites.update(entry.document)
    }
    try await RecordWrites(did: did, commit: commit, writes: writes).apply(through: client)
  }
}
