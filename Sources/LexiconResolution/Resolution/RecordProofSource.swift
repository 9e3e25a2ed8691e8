public import ATProtoHTTP
public import ATProtoRepo
public import ATProtoSyntax

/// Returns proofs of records: the seam between the resolver and repositories. ``NetworkProofSource``
/// fetches them; a PDS can return those of its own repositories from its store.
public protocol RecordProofSource: Sendable {
  /// Returns a CAR file that proves a record or its absence, as `com.atproto.sync.getRecord` does. The
  /// resolver verifies it.
  ///
  /// - Parameter pds: the base URL of the server to ask.
  /// - Throws: ``LexiconError/Code/recordNotFound``, ``LexiconError/Code/repoUnavailable``,
  ///   ``LexiconError/Code/fetchFailed``, ``LexiconError/Code/tooLarge``, or
  ///   ``LexiconError/Code/addressRefused``.
  func proof(
    of path: RepoPath,
    in did: DID,
    at pds: HTTPURL
  ) async throws(LexiconError) -> [UInt8]
}
