import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import LexiconIndex
import VerifiedSync

/// Everything that a ``MemoryAppViewStore`` keeps.
struct MemoryIndexState: Sendable {
  var repositories: [DID: TrackedRepository] = [:]
  var cursors: [String: Int] = [:]
  var notes: [String: String] = [:]
  var records: [NSID: [DID: [RecordKey: MemoryRecord]]] = [:]
  var fingerprints: [NSID: String] = [:]
  /// The references of takedowns, by DID or URI.
  var takedowns: [String: String] = [:]
  /// The accounts that viewers have muted, with their positions.
  var mutes: [DID: [DID: Int64]] = [:]
  var lastMute: Int64 = 0
  var seenAt: [DID: Int64] = [:]
}

struct MemoryRecord: Sendable {
  var cid: CID
  var bytes: [UInt8]
  var indexedAt: Int64
  var entries: IndexEntries

  var sortAt: Int64 { min(entries.createdAt ?? indexedAt, indexedAt) }
}

/// A record and its address.
struct MemoryRow {
  var address: RecordAddress
  var record: MemoryRecord

  var uri: String { address.uri }

  var indexed: IndexedRecord {
    IndexedRecord(
      address: address,
      cid: record.cid,
      bytes: record.bytes,
      indexedAt: record.indexedAt,
      sortAt: record.sortAt,
      isValid: record.entries.isValid
    )
  }

  var builtIns: BuiltInValues {
    BuiltInValues(
      uri: uri,
      did: address.did.string,
      recordKey: address.recordKey.string,
      cid: record.cid.string,
      indexedAt: record.indexedAt,
      sortAt: record.sortAt
    )
  }

  var position: RecordPosition { RecordPosition(value: .instant(record.sortAt), uri: uri) }
}

extension MemoryIndexState {
  func isVisible(_ did: DID) -> Bool {
    repositories[did]?.status.isActive ?? false && takedowns[did.string] == nil
  }

  func isVisible(_ address: RecordAddress) -> Bool {
    isVisible(address.did) && takedowns[address.uri] == nil
  }

  subscript(address: RecordAddress) -> MemoryRecord? {
    get { records[address.collection]?[address.did]?[address.recordKey] }
    set {
      records[address.collection, default: [:]][address.did, default: [:]][address.recordKey] =
        newValue
      guard newValue == nil else { return }
      if records[address.collection]?[address.did]?.isEmpty ?? false {
        records[address.collection]?[address.did] = nil
      }
      if records[address.collection]?.isEmpty ?? false { records[address.collection] = nil }
    }
  }

  /// All records of a collection, in no order.
  func rows(_ collection: NSID) -> [MemoryRow] {
    (records[collection] ?? [:]).flatMap { did, records in
      records.map { key, record in
        MemoryRow(
          address: RecordAddress(did: did, collection: collection, recordKey: key),
          record: record
        )
      }
    }
  }

  func visibleRows(_ collection: NSID) -> [MemoryRow] {
    rows(collection).filter { isVisible($0.address) }
  }

  /// All records of an account, in the order of their paths.
  func rows(of did: DID) -> [MemoryRow] {
    records.flatMap { collection, accounts in
      (accounts[did] ?? [:]).map { key, record in
        MemoryRow(
          address: RecordAddress(did: did, collection: collection, recordKey: key),
          record: record
        )
      }
    }.sorted { $0.address.path < $1.address.path }
  }

  mutating func removeRecords(of did: DID) {
    for collection in records.keys {
      records[collection]?[did] = nil
      if records[collection]?.isEmpty ?? false { records[collection] = nil }
    }
  }
}

extension RecordAddress {
  /// The collection and the record key. Both are ASCII, so strings have the order of their bytes.
  var path: String { "\(collection.string)/\(recordKey.string)" }
}

extension IndexPage {
  /// The first elements of a sorted list, which has only those after the position.
  init(_ sorted: some Collection<Element>, limit: Int, position: (Element) -> Position) {
    let elements = Array(sorted.prefix(limit))
    self.init(elements, next: sorted.count > limit ? elements.last.map(position) : nil)
  }
}
