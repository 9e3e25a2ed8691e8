import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Logging
import ServiceLifecycle
import XRPC
import XRPCClient

/// Follows the firehose, and puts statuses on the board.
struct StatusFeed: Service {
  typealias Message = ComAtproto.Sync.SubscribeRepos.Message

  let client: XRPCClient
  /// The cursor to start at; nil for now.
  let start: Int?
  let board: StatusBoard
  let directory: CachingIdentityDirectory
  let logger: Logger

  func run() async throws {
    try await cancelWhenGracefulShutdown { try await follow() }
  }

  /// Reconnects as needed, and leaves out what cannot be read.
  private func follow() async throws {
    let messages = client.resume(
      ComAtproto.Sync.SubscribeRepos.self,
      from: MemoryCursorStore(start),
      sequence: { $0.sequence },
      parameters: { .init(cursor: $0) },
      observer: { [logger] in logger.debug("firehose: \($0)") },
      recovery: { _ in .leaveOut }
    )
    for try await message in messages { await process(message) }
  }

  private func process(_ message: Message) async {
    switch message {
    case .commit(let commit): await process(commit)
    case .account(let account):
      guard !account.active, let did = try? account.did.parsed() else { return }
      await board.removeAll(by: did)
    case .identity(let identity):
      guard let did = try? identity.did.parsed() else { return }
      await directory.purge(did, handle: try? identity.handle?.parsed())
    default: break
    }
  }

  /// Most commits concern other collections. Anyone can write anything into this one, so a record
  /// counts only if it is valid.
  private func process(_ commit: ComAtproto.Sync.SubscribeRepos.Commit) async {
    let operations = commit.ops.filter { $0.path.hasPrefix("\(XyzStatusphere.Status.nsid)/") }
    guard !operations.isEmpty, let author = try? commit.repo.parsed() else { return }
    // The records are in a CAR file, whose hashes are checked while reading.
    let blocks = try? CARBlocks(commit.blocks.array)
    for operation in operations {
      let uri = "at://\(author)/\(operation.path)"
      if let cid = operation.cid.value, let block = blocks?.block(cid),
        let record = try? XyzStatusphere.Status(cbor: block), record.validate().isEmpty
      {
        await board.add(.init(uri: uri, author: author, record: record))
      } else {
        await board.remove(uri)
      }
    }
  }
}

extension StatusFeed.Message {
  /// The sequence number; nil for messages that are not events.
  fileprivate var sequence: Int? {
    switch self {
    case .commit(let commit): commit.seq
    case .sync(let sync): sync.seq
    case .identity(let identity): identity.seq
    case .account(let account): account.seq
    default: nil
    }
  }
}
