import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import Foundation
import XRPC

/// `#commit` frames of a firehose, and the benchmarks for them.
struct FrameSample {
  typealias Message = ComAtproto.Sync.SubscribeRepos.Commit

  let frames: [[UInt8]]
  let accounts: [String: KnownAccount]
  /// After the last frame.
  let now: UInt64

  /// Throws if the frames do not verify.
  init(_ dataset: Dataset) throws {
    frames = try dataset.framed("frames.bin")
    let keys = try JSONDecoder().decode(
      [String: String].self,
      from: Data(dataset.bytes("frames_keys.json"))
    )
    accounts = try keys.reduce(into: [:]) { accounts, pair in
      let key = try PublicKey(didKey: pair.value)
      accounts[pair.key] = KnownAccount(did: try DID(pair.key), signingKey: key)
    }
    now = 2_000_000_000_000_000
    guard try verify() == frames.count else { throw ValidationError("the frames do not verify") }
  }

  var works: [Work] {
    let size = frames.reduce(0) { $0 + $1.count }
    return [
      Work("#commit frame: decode", items: frames.count, bytes: size) {
        try frames.reduce(0) { try $0 + message($1).blocks.count }
      },
      Work("#commit frame: decode, CAR, hashes", items: frames.count, bytes: size) {
        try frames.reduce(0) { try $0 + CARBlocks(message($1).blocks.array).count }
      },
      Work("#commit frame: the same, inversion", items: frames.count, bytes: size, pass: invert),
      Work(
        "#commit frame: the same, K-256, all checks",
        items: frames.count,
        bytes: size,
        pass: verify
      ),
    ]
  }

  private func message(_ frame: [UInt8]) throws -> Message {
    guard case .message("#commit", let payload) = try EventStreamFrame(bytes: frame) else {
      throw ValidationError("not a #commit frame")
    }
    return try Message(cbor: payload)
  }

  private func invert() throws -> Int {
    var count = 0
    for frame in frames {
      let message = try message(frame)
      let blocks = try CARBlocks(message.blocks.array)
      let repository = try Repository(head: message.commit, store: blocks)
      var tree = repository.tree
      try tree.invert(
        message.ops.map { op in
          RecordOperation(
            action: op.action == .create ? .create : op.action == .update ? .update : .delete,
            path: try RepoPath(op.path),
            cid: op.cid.value,
            prev: op.prev
          )
        }
      )
      guard tree.root == message.prevData else { throw ValidationError("previous tree differs") }
      count += blocks.count
    }
    return count
  }

  /// Everything that ``CommitVerifier`` checks, for each account starting from the head after its
  /// last message.
  private func verify() throws -> Int {
    let verifier = CommitVerifier()
    var accounts = accounts
    var count = 0
    for frame in frames {
      let message = try message(frame)
      guard var account = accounts[message.repo.string] else { continue }
      let verified = try verifier.verify(CommitMessage(message), for: account, now: now)
      account.head = verified.head
      accounts[message.repo.string] = account
      count += 1
    }
    return count
  }
}

extension CommitMessage {
  init(_ message: FrameSample.Message) {
    self.init(
      repo: message.repo.string,
      rev: message.rev.string,
      since: message.since.value?.string,
      commit: message.commit,
      blocks: message.blocks.array,
      operations: message.ops.map { op in
        Operation(
          action: op.action.rawValue,
          path: op.path,
          cid: op.cid.value,
          prev: op.prev
        )
      },
      prevData: message.prevData
    )
  }
}
