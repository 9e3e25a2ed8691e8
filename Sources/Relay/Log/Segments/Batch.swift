import ATProtoCrypto

// A segment is a file of batches. Each was written and synced at once. All integers are
// little-endian.
//
//   batch    = magic flags32 length32 count32 first64 checksum64 *record
//   magic    = "RLG1"
//   length   = the bytes of all records
//   count    = the number of records
//   first    = the sequence number of the first record
//   checksum = the first 8 bytes of the SHA-256 of the batch with a checksum of zero
//
//   record   = frameLength32 effectLength32 kind8 flags8 operations16 sequence64 microseconds64
//              account32 host32 upstream64 bloom64 effect frame
//   upstream = the sequence number at the host, or -1

/// Some records as they are in a segment.
struct Batch {
  static let headerSize = 32
  private static let magic: [UInt8] = Array("RLG1".utf8)
  private static let checksumRange = 24..<32

  private(set) var bytes: [UInt8]
  /// One entry for each record. Offsets are those in the batch.
  private(set) var entries: [IndexEntry] = []

  init(_ records: [LogRecord]) {
    let size = records.reduce(0) {
      $0 + Record.headerSize + $1.effect.count + $1.frame.count
    }
    bytes = []
    bytes.reserveCapacity(Self.headerSize + size)
    bytes += Self.magic
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: UInt32(size))
    bytes.append(littleEndian: UInt32(records.count))
    bytes.append(littleEndian: UInt64(records.first?.sequence ?? 0))
    bytes.append(littleEndian: UInt64(0))
    entries.reserveCapacity(records.count)
    for record in records {
      let start = bytes.count
      Record.write(record, to: &bytes)
      entries.append(IndexEntry(record, offset: start, length: bytes.count - start))
    }
    var checksum: [UInt8] = []
    checksum.append(littleEndian: SHA256.hash(bytes).words.0)
    bytes.replaceSubrange(Self.checksumRange, with: checksum)
  }

  /// The size of the batch that begins with these bytes, or nil if they are not a header.
  static func size(header: [UInt8]) -> Int? {
    guard header.count >= headerSize, header.starts(with: magic) else { return nil }
    var reader = LittleEndianReader(header[8...])
    return reader.integer(UInt32.self).map { headerSize + Int($0) }
  }

  /// Returns nil unless the bytes are a whole and undamaged batch.
  init?(checking bytes: [UInt8]) {
    guard Self.size(header: bytes) == bytes.count else { return nil }
    var cleared = bytes
    cleared.replaceSubrange(Self.checksumRange, with: repeatElement(0, count: 8))
    var header = LittleEndianReader(bytes[12..<Self.headerSize])
    guard let count = header.integer(UInt32.self), header.integer(UInt64.self) != nil,
      header.integer(UInt64.self) == SHA256.hash(cleared).words.0
    else { return nil }
    self.bytes = bytes
    var offset = Self.headerSize
    for _ in 0..<count {
      guard let record = Record.read(bytes[offset...], withEffect: false) else { return nil }
      entries.append(IndexEntry(record.record, offset: offset, length: record.length))
      offset += record.length
    }
    guard offset == bytes.count else { return nil }
  }
}

/// The bytes of one record.
enum Record {
  static let headerSize = 52

  static func write(_ record: LogRecord, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt32(record.frame.count))
    bytes.append(littleEndian: UInt32(record.effect.count))
    bytes.append(record.kind.rawValue)
    bytes.append(0)
    bytes.append(littleEndian: UInt16(record.operationCount))
    bytes.append(littleEndian: UInt64(record.sequence))
    bytes.append(littleEndian: record.microseconds)
    bytes.append(littleEndian: record.account.rawValue)
    bytes.append(littleEndian: record.host.rawValue)
    bytes.append(littleEndian: Int64(record.upstreamSequence ?? -1))
    bytes.append(littleEndian: record.collections.bits)
    bytes += record.effect
    bytes += record.frame
  }

  /// Reads the record at the start of some bytes.
  static func read(
    _ bytes: ArraySlice<UInt8>,
    withEffect: Bool = true
  ) -> (record: LogRecord, length: Int)? {
    var reader = LittleEndianReader(bytes)
    guard let frameLength = reader.integer(UInt32.self),
      let effectLength = reader.integer(UInt32.self),
      let kind = reader.integer(UInt8.self).flatMap(LogEntry.Kind.init),
      reader.integer(UInt8.self) != nil,
      let operations = reader.integer(UInt16.self),
      let sequence = reader.integer(UInt64.self).flatMap(Int.init(exactly:)),
      let microseconds = reader.integer(UInt64.self),
      let account = reader.integer(UInt32.self),
      let host = reader.integer(UInt32.self),
      let upstream = reader.integer(Int64.self),
      let bloom = reader.integer(UInt64.self),
      let effect = reader.bytes(Int(effectLength)),
      let frame = reader.bytes(Int(frameLength))
    else { return nil }
    return (
      LogRecord(
        sequence: sequence,
        microseconds: microseconds,
        kind: kind,
        account: AccountID(rawValue: account),
        host: HostID(rawValue: host),
        upstreamSequence: upstream < 0 ? nil : Int(upstream),
        operationCount: Int(operations),
        collections: CollectionBloom(bits: bloom),
        effect: withEffect ? Array(effect) : [],
        frame: Array(frame)
      ), reader.position - bytes.startIndex
    )
  }

  /// The frame of a record, without the rest.
  static func frame(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var reader = LittleEndianReader(bytes)
    guard let frameLength = reader.integer(UInt32.self),
      let effectLength = reader.integer(UInt32.self),
      reader.bytes(headerSize - 8 + Int(effectLength)) != nil
    else { return nil }
    return reader.bytes(Int(frameLength))
  }
}
