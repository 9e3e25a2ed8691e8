public import ATProtoSyntax
public import XRPC

/// A plan to delete published documents.
public struct LexiconRetraction: Sendable {
  /// The account that published them.
  public let did: DID
  /// The documents, sorted. All of them are published.
  public let nsids: [NSID]
  private let commit: CIDString?

  /// Plans the deletion of documents.
  ///
  /// - Throws: ``LexiconError/Code/recordNotFound`` if one of them is not published.
  public init(
    _ nsids: some Collection<NSID>,
    published: PublishedLexicons
  ) throws(LexiconError) {
    did = published.did
    commit = published.head?.commit
    self.nsids = Set(nsids.map(\.normalized)).sorted()
    for nsid in self.nsids where published.entries[nsid] == nil {
      throw LexiconError(
        .recordNotFound,
        "cannot unpublish \(nsid): \(did) has not published it",
        nsid: nsid
      )
    }
  }

  /// Deletes the documents, all of them in one commit if it can hold them.
  ///
  /// - Parameter client: a client with the account's session.
  public func apply(through client: any XRPCCalling) async throws(PublicationFailure) {
    var writes: [NSID: RecordWrites.Write] = [:]
    for nsid in nsids { writes[nsid] = RecordWrites.delete(nsid) }
    try await RecordWrites(did: did, commit: commit, writes: writes).apply(through: client)
  }
}
