import ATProtoData
public import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// Writes to the published documents of an account, in commits that depend on the one looked at.
struct RecordWrites: Sendable {
  typealias Write = ComAtproto.Repo.ApplyWrites.Input.WritesItem

  /// The most writes that servers accept in one commit.
  static let maximumPerCommit = 200

  let did: DID
  /// The commit that the first write depends on; nil to write in any case.
  let commit: CIDString?
  /// The writes by document.
  let writes: [NSID: Write]

  static func create(_ document: LocalLexicon) -> Write {
    .create(
      ComAtproto.Repo.ApplyWrites.Create(
        collection: FormatString(LexiconResolver.collection.string),
        rkey: FormatString(document.nsid.string),
        value: document.record
      )
    )
  }

  static func update(_ document: LocalLexicon) -> Write {
    .update(
      ComAtproto.Repo.ApplyWrites.Update(
        collection: FormatString(LexiconResolver.collection.string),
        rkey: FormatString(document.nsid.string),
        value: document.record
      )
    )
  }

  static func delete(_ nsid: NSID) -> Write {
    .delete(
      ComAtproto.Repo.ApplyWrites.Delete(
        collection: FormatString(LexiconResolver.collection.string),
        rkey: FormatString(nsid.string)
      )
    )
  }

  /// Writes everything: in one commit, or, if there are more writes than a commit can hold, in
  /// several, sorted by NSID. Without writes, the server is not called.
  func apply(through client: any XRPCCalling) async throws(PublicationFailure) {
    let nsids = writes.keys.sorted()
    var commit = commit
    for start in stride(from: 0, to: nsids.count, by: Self.maximumPerCommit) {
      let batch = nsids[start..<min(start + Self.maximumPerCommit, nsids.count)]
      do throws(XRPCError<ComAtproto.Repo.ApplyWrites.Failure>) {
        let output = try await client.comAtproto.repo.applyWrites(
          ComAtproto.Repo.ApplyWrites.Input(
            repo: FormatString(did.string),
            writes: batch.compactMap { writes[$0] },
            swapCommit: commit.map { FormatString($0.string) }
          )
        )
        commit = output.commit.flatMap { try? $0.cid.parsed() }
      } catch {
        throw PublicationFailure(
          error: LexiconError(error, doing: "cannot write to the repository"),
          done: Array(nsids[..<start]),
          remaining: Array(nsids[start...])
        )
      }
    }
  }
}

/// A failure while documents are written or deleted, with the part that happened before it.
public struct PublicationFailure: Error, Hashable, Sendable {
  /// The failure.
  public let error: LexiconError
  /// The documents that were written or deleted in earlier commits, sorted.
  public let done: [NSID]
  /// The documents that were not, sorted.
  public let remaining: [NSID]
}
