import Foundation
import ServiceKit

/// One file of the log, `0000000000000001.log`, named after its first sequence number.
struct Segment: Sendable {
  /// More bytes than a batch can have.
  private static let maximumBatch = 256 << 20

  let path: String
  /// The first and the last record.
  var first: IndexEntry
  var last: IndexEntry
  /// The bytes that are written and synced.
  var size: Int
  /// Nil if it is in the file beside the segment.
  var index: [IndexEntry]?

  static func path(_ directory: String, startingWith sequence: Int) -> String {
    let digits = String(sequence)
    return directory + "/" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
      + ".log"
  }

  var indexPath: String { Self.indexPath(path) }

  private static func indexPath(_ path: String) -> String { path.dropLast(4) + ".idx" }

  func openIndex() throws -> SegmentIndex {
    if let index { return .memory(index) }
    return try SegmentIndex(file: indexPath)
  }

  /// Opens a segment that is not the last one. Its index is made again if it is missing or damaged.
  ///
  /// Throws ``ServiceError/Code/corruption`` if the segment is damaged.
  init(sealed path: String) throws {
    let size = try LogFile(reading: path).size()
    if let index = try? SegmentIndex(file: Self.indexPath(path)), index.count > 0,
      let first = try? index.entries(0..<1).first,
      let last = try? index.entries(index.count - 1..<index.count).first,
      first.offset == Batch.headerSize, last.upperBound == size
    {
      self.init(path: path, first: first, last: last, size: size)
      return
    }
    guard let segment = try Segment(scanning: path), segment.size == size else {
      throw ServiceError(.corruption, "cannot read \(path): it is damaged")
    }
    self = segment
    try seal()
  }

  private init(path: String, first: IndexEntry, last: IndexEntry, size: Int) {
    self.path = path
    self.first = first
    self.last = last
    self.size = size
  }

  /// Reads all whole batches of a segment. Returns nil if there are none.
  init?(scanning path: String) throws {
    let file = try LogFile(reading: path)
    let size = try file.size()
    var index: [IndexEntry] = []
    var offset = 0
    while offset < size {
      let header = try file.read(Batch.headerSize, at: offset)
      guard let length = Batch.size(header: header),
        length <= min(size - offset, Self.maximumBatch),
        let batch = Batch(checking: try file.read(length, at: offset)),
        batch.entries.first.map({ $0.sequence > index.last?.sequence ?? 0 }) ?? false
      else {
        // A crash leaves nothing behind the batch that it interrupts.
        if let length = Batch.size(header: header), length < size - offset {
          throw ServiceError(.corruption, "cannot read \(path): it is damaged")
        }
        break
      }
      for var entry in batch.entries {
        entry.offset += offset
        index.append(entry)
      }
      offset += length
    }
    guard let first = index.first, let last = index.last else { return nil }
    self.init(path: path, first: first, last: last, size: offset)
    self.index = index
  }

  /// Starts a segment.
  init(directory: String, batch: Batch) {
    self.init(
      path: Self.path(directory, startingWith: batch.entries[0].sequence),
      first: batch.entries[0],
      last: batch.entries[batch.entries.count - 1],
      size: batch.bytes.count
    )
    index = batch.entries
  }

  mutating func append(_ batch: Batch) {
    for var entry in batch.entries {
      entry.offset += size
      index?.append(entry)
      last = entry
    }
    size += batch.bytes.count
  }

  /// Writes the index beside the segment, where readers find it from now on.
  mutating func seal() throws {
    guard let entries = index else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.count * IndexEntry.size)
    for entry in entries { entry.write(to: &bytes) }
    let temporary = indexPath + ".part"
    try? FileManager.default.removeItem(atPath: temporary)
    let file = try LogFile(writing: temporary)
    try file.write(bytes, at: 0)
    try file.sync()
    guard rename(temporary, indexPath) == 0 else {
      throw ServiceError(.storage, "cannot create \(indexPath): error \(errno)")
    }
    index = nil
  }
}
