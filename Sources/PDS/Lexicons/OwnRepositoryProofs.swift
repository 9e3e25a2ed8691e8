import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import LexiconResolution
import XRPC

/// Takes the proofs of records in repositories on this server from its own store, and fetches all
/// others.
///
/// A request to the server's own public hostname would fail wherever that hostname resolves to a
/// private IP address (https://github.com/bluesky-social/atproto/issues/5497).
struct OwnRepositoryProofs: RecordProofSource {
  let store: any PDSStore
  let baseURL: ServiceBaseURL
  let others: any RecordProofSource

  func proof(
    of path: RepoPath,
    in did: DID,
    at pds: HTTPURL
  ) async throws(LexiconError) -> [UInt8] {
    guard pds.origin == HTTPURL(baseURL.url)?.origin else {
      return try await others.proof(of: path, in: did, at: pds)
    }
    do {
      return try await store.proof(of: path, in: did)
    } catch is UnknownFailure {
      throw LexiconError(.repoUnavailable, "\(did) does not have a repository that is served")
    } catch {
      throw LexiconError(.fetchFailed, "the repository of \(did) cannot be read at present")
    }
  }
}
