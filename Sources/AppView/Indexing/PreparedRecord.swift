import ATProtoData
import ATProtoSyntax
import LexiconIndex
import VerifiedSync

/// A change of a record with what is indexed of it, ready to be applied in a transaction.
struct PreparedRecord: Sendable {
  private enum Content: Sendable {
    case put(CID, [UInt8], IndexEntries)
    case delete
  }

  let address: RecordAddress
  private let rev: TID
  private let action: RecordChange.Action
  private let content: Content

  /// Evaluates the plan. A change without a record that can be read deletes what is at its address.
  init(_ change: RecordChange, _ plan: IndexPlan) {
    address = RecordAddress(
      did: change.did,
      collection: change.collection,
      recordKey: change.recordKey
    )
    rev = change.rev
    if let cid = change.cid, let block = change.block, let record = change.record {
      action = change.action
      content = .put(cid, block, plan.entries(of: record, in: change.collection))
    } else {
      action = .delete
      content = .delete
    }
  }

  /// The bytes that are in memory.
  var size: Int {
    if case .put(_, let bytes, let entries) = content {
      // Entries repeat most of the record.
      2 * bytes.count + 100 * (entries.values.count + entries.links.count + entries.texts.count)
    } else {
      100
    }
  }

  func apply(to writing: any RecordWriting, at now: Int64) throws {
    switch content {
    case .put(let cid, let bytes, let entries):
      try writing.put(address, cid: cid, bytes: bytes, entries: entries, at: now)
    case .delete:
      try writing.delete(address)
    }
  }

  func update(_ sequence: Int, _ now: Int64) -> LiveUpdate {
    var cid: CID?
    var bytes: [UInt8]?
    if case .put(let found, let block, _) = content { (cid, bytes) = (found, block) }
    return LiveUpdate(
      sequence: sequence,
      address: address,
      rev: rev,
      action: action,
      cid: cid,
      bytes: bytes,
      time: now
    )
  }
}
