import ServiceKit

/// The rows of a ``MemoryLabelerStore``, in the order of their sequence numbers: a value, so that a
/// transaction works on a copy.
struct MemoryLabelTable: Sendable {
  private struct Subject: Hashable {
    var uri: String
    var value: String
  }

  fileprivate var rows: [LabelRow] = []
  private var sequences: [Subject: Int] = [:]
  fileprivate var keys: [String] = []

  /// The last sequence number. The newest row always stays.
  var newest: Int? { rows.last?.sequence }

  /// The index of the first row after `sequence`.
  fileprivate func index(after sequence: Int) -> Int {
    rows.start { $0.sequence > sequence }
  }

  private func index(of sequence: Int) -> Int? {
    let index = index(after: sequence - 1)
    return index < rows.count && rows[index].sequence == sequence ? index : nil
  }

  fileprivate func row(uri: String, value: String) -> LabelRow? {
    sequences[Subject(uri: uri, value: value)].flatMap { index(of: $0) }.map { rows[$0] }
  }

  fileprivate mutating func replace(_ row: LabelRow) throws {
    guard row.sequence > newest ?? 0 else {
      throw ServiceError(.storage, "cannot store label \(row.sequence): its number is in use")
    }
    let subject = Subject(uri: row.uri, value: row.value)
    if let old = sequences[subject].flatMap({ index(of: $0) }) { rows.remove(at: old) }
    sequences[subject] = row.sequence
    rows.append(row)
  }

  fileprivate mutating func setSignature(
    _ signature: [UInt8],
    key: Int,
    of sequence: Int,
    ifKeyIs old: Int
  ) {
    guard let index = index(of: sequence), rows[index].key == old else { return }
    rows[index].signature = signature
    rows[index].key = key
  }

  /// The index of the first row that was created at a time or later.
  fileprivate func index(createdAtOrAfter milliseconds: Int) -> Int {
    rows.start { $0.createdAt >= milliseconds }
  }
}

extension [LabelRow] {
  /// The index of the first row that satisfies a condition, if all rows after it do too.
  fileprivate func start(_ isAfter: (LabelRow) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

struct MemoryLabels: LabelStore {
  let transaction: MemoryLabelerTransaction

  private var table: MemoryLabelTable { transaction.state.labels }

  func row(uri: String, value: String) -> LabelRow? { table.row(uri: uri, value: value) }

  func newest() -> (sequence: Int, createdAt: Int)? {
    table.rows.last.map { ($0.sequence, $0.createdAt) }
  }

  func replace(_ row: LabelRow) throws {
    try transaction.change { try $0.labels.replace(row) }
  }

  func rows(in ranges: [SubjectRange], after cursor: LabelCursor?, limit: Int) -> [LabelRow] {
    // All characters are ASCII, so strings have the order of their bytes.
    let found = table.rows.filter { row in
      if let cursor, (row.uri, row.value) <= (cursor.uri, cursor.value) { return false }
      return ranges.contains { range in
        guard let end = range.to else { return row.uri == range.from }
        return range.from <= row.uri && row.uri < end
      }
    }
    return Array(found.sorted { ($0.uri, $0.value) < ($1.uri, $1.value) }.prefix(limit))
  }

  func rows(after sequence: Int, maximumCount: Int) -> [LabelRow] {
    let table = table
    return Array(table.rows[table.index(after: sequence)...].prefix(maximumCount))
  }

  func lastSequence(createdBefore milliseconds: Int) -> Int? {
    let table = table
    let end = table.index(createdAtOrAfter: milliseconds)
    return end == 0 ? nil : table.rows[end - 1].sequence
  }

  func setSignature(_ signature: [UInt8], key: Int, of sequence: Int, ifKeyIs old: Int) throws {
    try transaction.change { state in
      state.labels.setSignature(signature, key: key, of: sequence, ifKeyIs: old)
    }
  }

  func keys() -> [(id: Int, didKey: String)] {
    table.keys.enumerated().map { ($0.offset + 1, $0.element) }
  }

  func addKey(_ didKey: String) throws -> Int {
    try transaction.change { state in
      state.labels.keys.append(didKey)
      return state.labels.keys.count
    }
  }

  func count() -> Int { table.rows.count }
}
