public import ATProtoSyntax
import ComAtprotoAPI
public import XRPC

extension PublishedLexicons {
  /// The newest commit of a repository, as its server names it.
  public struct Head: Hashable, Sendable {
    /// The CID of the commit.
    public var commit: CIDString
    /// Its revision.
    public var rev: TID

    /// Creates a head.
    public init(commit: CIDString, rev: TID) {
      self.commit = commit
      self.rev = rev
    }

    /// Asks a server for the newest commit of an account that it hosts.
    public static func latest(
      of did: DID,
      through client: any XRPCCalling
    ) async throws(LexiconError) -> Head {
      do throws(XRPCError<ComAtproto.Sync.GetLatestCommit.Failure>) {
        let output = try await client.comAtproto.sync.getLatestCommit(
          ComAtproto.Sync.GetLatestCommit.Parameters(did: FormatString(did.string))
        )
        guard let commit = try? output.cid.parsed(), let rev = try? output.rev.parsed() else {
          throw XRPCError.protocolViolation(
            ProtocolError(code: .undecodableOutput, reason: "the commit is not valid")
          )
        }
        return Head(commit: commit, rev: rev)
      } catch {
        throw LexiconError(error, doing: "cannot read the repository")
      }
    }
  }
}
