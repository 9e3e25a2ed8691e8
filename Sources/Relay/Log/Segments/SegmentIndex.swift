import ServiceKit

/// Where a record is, and what it is about. 40 bytes in a file, little-endian:
///
///     entry = sequence64 microseconds64 offset32 length32 account32 kind8 flags8 operations16
///             bloom64
struct IndexEntry: Hashable, Sendable {
  static let size = 40

  var sequence: Int
  var microseconds: UInt64
  /// In the segment.
  var offset: Int
  var length: Int
  var account: AccountID
  var kind: LogEntry.Kind
  var operationCount: Int
  var collections: CollectionBloom

  init(_ record: LogRecord, offset: Int, length: Int) {
    sequence = record.sequence
    microseconds = record.microseconds
    self.offset = offset
    self.length = length
    account = record.account
    kind = record.kind
    operationCount = record.operationCount
    collections = record.collections
  }

  /// Returns nil unless the bytes are an entry.
  init?(_ bytes: ArraySlice<UInt8>) {
    var reader = LittleEndianReader(bytes)
    guard let sequence = reader.integer(UInt64.self).flatMap(Int.init(exactly:)),
      let microseconds = reader.integer(UInt64.self),
      let offset = reader.integer(UInt32.self),
      let length = reader.integer(UInt32.self),
      let account = reader.integer(UInt32.self),
      let kind = reader.integer(UInt8.self).flatMap(LogEntry.Kind.init),
      reader.integer(UInt8.self) != nil,
      let operations = reader.integer(UInt16.self),
      let bloom = reader.integer(UInt64.self)
    else { return nil }
    self.sequence = sequence
    self.microseconds = microseconds
    self.offset = Int(offset)
    self.length = Int(length)
    self.account = AccountID(rawValue: account)
    self.kind = kind
    operationCount = Int(operations)
    collections = CollectionBloom(bits: bloom)
  }

  func write(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt64(sequence))
    bytes.append(littleEndian: microseconds)
    bytes.append(littleEndian: UInt32(offset))
    bytes.append(littleEndian: UInt32(length))
    bytes.append(littleEndian: account.rawValue)
    bytes.append(kind.rawValue)
    bytes.append(0)
    bytes.append(littleEndian: UInt16(operationCount))
    bytes.append(littleEndian: collections.bits)
  }

  /// The position after the record in the segment.
  var upperBound: Int { offset + length }
  /// See ``LogRecord/end``.
  var end: UInt64 { microseconds + UInt64(max(1, operationCount)) }
}

/// The entries of one segment: in memory while it is written, in a file beside it later.
enum SegmentIndex: Sendable {
  case memory([IndexEntry])
  case file(LogFile, count: Int)

  /// Opens the index of a segment that is not written any more.
  init(file path: String) throws {
    let file = try LogFile(reading: path)
    self = .file(file, count: try file.size() / IndexEntry.size)
  }

  var count: Int {
    switch self {
    case .memory(let entries): entries.count
    case .file(_, let count): count
    }
  }

  func entries(_ range: Range<Int>) throws -> [IndexEntry] {
    switch self {
    case .memory(let entries): return Array(entries[range])
    case .file(let file, _):
      let bytes = try file.read(
        range.count * IndexEntry.size,
        at: range.lowerBound * IndexEntry.size
      )
      return try range.indices.map { index in
        let start = (index - range.lowerBound) * IndexEntry.size
        guard start + IndexEntry.size <= bytes.count,
          let entry = IndexEntry(bytes[start..<start + IndexEntry.size])
        else { throw ServiceError(.corruption, "cannot read \(file.path): it is damaged") }
        return entry
      }
    }
  }

  /// The index of the first entry that satisfies a condition, which all later ones satisfy too.
  func first(where isAfter: (IndexEntry) -> Bool) throws -> Int {
    if case .memory(let entries) = self { return entries.partitioningIndex(where: isAfter) }
    return try (0..<count).partitioningIndex { isAfter(try entries($0..<$0 + 1)[0]) }
  }
}
