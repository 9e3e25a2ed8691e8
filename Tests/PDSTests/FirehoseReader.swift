import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import XRPC
import XRPCServer

@testable import PDS

/// A consumer of a server's events that checks everything the Sync specification requires.
struct FirehoseReader {
  private(set) var sequence = 0
  /// The type and the account of every message.
  private(set) var types: [(type: String, did: String)] = []
  /// Every `rev`, by account, in the order of the messages.
  private(set) var revs: [String: [String]] = [:]
  private(set) var commits: [ComAtproto.Sync.SubscribeRepos.Commit] = []
  private(set) var heads: [String: KnownAccount.Head] = [:]

  /// Reads the events since the last call.
  ///
  /// - Parameter keys: the signing keys by DID.
  mutating func read(_ store: any PDSStore, keys: [String: PublicKey]) async throws {
    let log = StoredEventLog(store)
    while true {
      let page = try await log.frames(
        after: sequence,
        maximumCount: 1000,
        maximumBytes: 1 << 20
      )
      if page.isEmpty { return }
      for entry in page {
        guard entry.sequence == sequence + 1 else {
          throw BrokenStream(reason: "\(entry.sequence) follows \(sequence)")
        }
        sequence = entry.sequence
        guard case .message(let type, let payload) = try EventStreamFrame(bytes: entry.bytes)
        else { throw BrokenStream(reason: "a frame that is not a message") }
        try take(type, payload, keys)
      }
    }
  }

  private mutating func take(
    _ type: String,
    _ payload: [UInt8],
    _ keys: [String: PublicKey]
  ) throws {
    let now = UInt64(max(0, Datetime.Instant.now.milliseconds)) * 1000
    switch type {
    case "#commit":
      let message = try ComAtproto.Sync.SubscribeRepos.Commit(cbor: payload)
      types.append((type, message.repo.string))
      commits.append(message)
      let verified = try CommitVerifier().verify(
        CommitMessage(
          repo: message.repo.string,
          rev: message.rev.string,
          since: message.since.value?.string,
          commit: message.commit,
          blocks: message.blocks.array,
          operations: message.ops.map { operation in
            CommitMessage.Operation(
              action: operation.action.rawValue,
              path: operation.path,
              cid: operation.cid.value,
              prev: operation.prev
            )
          },
          prevData: message.prevData
        ),
        for: try known(message.repo, keys),
        now: now
      )
      heads[message.repo.string] = verified.head
      revs[message.repo.string, default: []].append(message.rev.string)
    case "#sync":
      let message = try ComAtproto.Sync.SubscribeRepos.Sync(cbor: payload)
      types.append((type, message.did.string))
      let verified = try CommitVerifier().verify(
        SyncMessage(did: message.did.string, rev: message.rev, blocks: message.blocks.array),
        for: KnownAccount(did: message.did.parsed(), signingKey: keys[message.did.string]!),
        now: now
      )
      heads[message.did.string] = verified.head
    case "#identity":
      types.append(
        (type, try ComAtproto.Sync.SubscribeRepos.Identity(cbor: payload).did.string)
      )
    default:
      let message = try ComAtproto.Sync.SubscribeRepos.Account(cbor: payload)
      types.append((message.active ? type : "\(type) \(message.status!)", message.did.string))
    }
  }

  private func known(
    _ did: FormatString<DID>,
    _ keys: [String: PublicKey]
  ) throws -> KnownAccount {
    KnownAccount(did: try did.parsed(), signingKey: keys[did.string]!, head: heads[did.string])
  }
}

struct BrokenStream: Error {
  var reason: String
}
