import ATProtoData
import ATProtoSyntax
import LexiconIndex
import ServiceKit

extension MemoryRecords: RecordWriting {
  func put(
    _ address: RecordAddress,
    cid: CID,
    bytes: [UInt8],
    entries: IndexEntries,
    at now: Int64
  ) throws {
    try transaction.change { state in
      guard state.repositories[address.did] != nil else { return }
      let stored = state[address]
      guard stored?.cid != cid else { return }
      state[address] = MemoryRecord(
        cid: cid,
        bytes: bytes,
        indexedAt: stored?.indexedAt ?? now,
        entries: entries
      )
    }
  }

  func delete(_ address: RecordAddress) throws {
    try transaction.change { $0[address] = nil }
  }

  func deleteAll(of did: DID, limit: Int) throws -> Bool {
    try transaction.change { state in
      let rows = state.rows(of: did)
      for row in rows.prefix(limit) { state[row.address] = nil }
      return rows.count > limit
    }
  }

  func fingerprints() -> [NSID: String] { transaction.state.fingerprints }

  func prepare(_ plan: CollectionPlan?, for collection: NSID) throws {
    try transaction.change { state in
      guard state.fingerprints[collection] != plan?.fingerprint else { return }
      state.fingerprints[collection] = plan?.fingerprint
      for row in state.rows(collection) {
        state[row.address]?.entries.values = []
        state[row.address]?.entries.texts = []
      }
    }
  }

  func reindex(
    _ collection: NSID,
    after uri: String?,
    limit: Int,
    _ entries: (DataValue) -> IndexEntries
  ) throws -> String? {
    try transaction.change { state in
      // URIs are ASCII, so strings have the order of their bytes.
      let rows = state.rows(collection).map { (row: $0, uri: $0.uri) }
        .filter { row in uri.map { $0 < row.uri } ?? true }
        .sorted { $0.uri < $1.uri }
      for (row, _) in rows.prefix(limit) {
        let value = try DataValue(cbor: row.record.bytes, rules: .allowsForeignCIDs)
        state[row.address]?.entries = entries(value)
      }
      return rows.count > limit ? rows.prefix(limit).last?.uri : nil
    }
  }
}
