import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI

/// Renders the messages of the firehose, one line for each record operation or other event.
struct FirehoseLines {
  typealias Message = ComAtproto.Sync.SubscribeRepos.Message

  /// The collection whose records to print; nil for all records and for events about accounts.
  var collection: String?
  var isJSON = false

  static func sequence(_ message: Message) -> Int? {
    switch message {
    case .commit(let commit): commit.seq
    case .sync(let sync): sync.seq
    case .identity(let identity): identity.seq
    case .account(let account): account.seq
    default: nil
    }
  }

  func lines(_ message: Message) -> [String] {
    switch message {
    case .commit(let commit): return commit.ops.isEmpty ? [] : lines(commit)
    case .sync(let sync):
      return event("sync", sync.seq, sync.time.string, sync.did.string, sync.rev)
    case .identity(let identity):
      let handle = identity.handle?.string ?? ""
      return event("identity", identity.seq, identity.time.string, identity.did.string, handle)
    case .account(let account):
      let state = account.active ? "active" : account.status?.rawValue ?? "inactive"
      return event("account", account.seq, account.time.string, account.did.string, state)
    default: return []
    }
  }

  private func lines(_ commit: ComAtproto.Sync.SubscribeRepos.Commit) -> [String] {
    let ops = commit.ops.filter { op in
      collection.map { op.path.hasPrefix($0 + "/") } ?? true
    }
    guard !ops.isEmpty else { return [] }
    // Records are omitted if the blocks cannot be read.
    let blocks = isJSON ? try? CARBlocks(commit.blocks.array) : nil
    return ops.map { op in
      let cid = op.cid.value
      guard isJSON else {
        let action = op.action.rawValue
        let columns = [commit.time.string, commit.repo.string, action, op.path]
        return columns.joined(separator: "  ").withoutControls
      }
      var object = Self.object(commit.seq, commit.time.string, commit.repo.string)
      object["action"] = .string(op.action.rawValue)
      object["path"] = .string(op.path)
      object["cid"] = cid.map { .string($0.string) } ?? .null
      if let block = cid.flatMap({ blocks?.block($0) }), let record = try? DataValue(cbor: block) {
        object["record"] = record
      }
      return DataValue.object(object).jsonString()
    }
  }

  private func event(
    _ action: String,
    _ seq: Int,
    _ time: String,
    _ did: String,
    _ detail: String
  ) -> [String] {
    guard collection == nil else { return [] }
    guard isJSON else {
      return [[time, did, action, detail].joined(separator: "  ").withoutControls]
    }
    var object = Self.object(seq, time, did)
    object["action"] = .string(action)
    if !detail.isEmpty { object["detail"] = .string(detail) }
    return [DataValue.object(object).jsonString()]
  }

  private static func object(_ seq: Int, _ time: String, _ did: String) -> DataObject {
    ["seq": .integer(seq), "time": .string(time), "did": .string(did)]
  }
}
