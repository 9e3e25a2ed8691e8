import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC

/// An event of the firehose about an account (Sync specification, "Firehose").
enum SequenceEvent: Sendable {
  /// A commit, with the blobs that its new records reference.
  case commit(CommitResult, blobs: [CID])
  /// The repository's current commit, regardless of earlier events.
  case sync(Commit)
  /// The DID document or the handle may have changed.
  case identity(DID, Handle?)
  case account(DID, AccountStatus)

  private typealias Stream = ComAtproto.Sync.SubscribeRepos

  var did: DID {
    switch self {
    case .commit(let result, _): result.commit.did
    case .sync(let commit): commit.did
    case .identity(let did, _), .account(let did, _): did
    }
  }

  /// The event as one message of `com.atproto.sync.subscribeRepos`.
  func frame(_ sequence: Int, at instant: Datetime.Instant) -> [UInt8] {
    let time = FormatString(Datetime(instant) ?? .now)
    switch self {
    case .commit(let result, let blobs):
      return frame("#commit", Stream.Commit(result, blobs, sequence, time))
    case .sync(let commit):
      let message = Stream.Sync(
        seq: sequence,
        did: FormatString(commit.did),
        blocks: Bytes(commit.carFile()),
        rev: commit.rev.string,
        time: time
      )
      return frame("#sync", message)
    case .identity(let did, let handle):
      let message = Stream.Identity(
        seq: sequence,
        did: FormatString(did),
        time: time,
        handle: handle.map { FormatString($0) }
      )
      return frame("#identity", message)
    case .account(let did, let status):
      let message = Stream.Account(
        seq: sequence,
        did: FormatString(did),
        time: time,
        active: status.isActive,
        status: status.wireValue.map { Stream.Account.Status($0) }
      )
      return frame("#account", message)
    }
  }

  private func frame(_ type: String, _ message: some LexiconObject) -> [UInt8] {
    EventStreamFrame.message(type: type, payload: message.cborBytes()).bytes()
  }
}

extension ComAtproto.Sync.SubscribeRepos.Commit {
  init(_ result: CommitResult, _ blobs: [CID], _ sequence: Int, _ time: FormatString<Datetime>) {
    self.init(
      seq: sequence,
      rebase: false,
      tooBig: false,
      repo: FormatString(result.commit.did),
      commit: result.commit.cid,
      rev: FormatString(result.commit.rev),
      since: result.since.map { .value(FormatString($0)) } ?? .null,
      blocks: Bytes(result.carSlice()),
      ops: result.operations.map { operation in
        ComAtproto.Sync.SubscribeRepos.RepoOp(
          action: ComAtproto.Sync.SubscribeRepos.RepoOp.Action(operation.action.rawValue),
          path: operation.path.description,
          cid: operation.cid.map { .value($0) } ?? .null,
          prev: operation.prev
        )
      },
      blobs: blobs,
      prevData: result.prevData,
      time: time
    )
  }
}
