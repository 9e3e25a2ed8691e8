import ATProtoData
import ATProtoRepo
import Foundation

/// A CAR file on disk. Blocks are found through an index and read on demand, so memory use depends
/// on the number of blocks, not on their size.
final class CARFile: BlockSource {
  let path: String
  let roots: [CID]
  let byteCount: Int
  /// Blocks that appear more than once.
  let duplicateCount: Int
  /// Blocks whose hash function is not supported.
  let uncheckedCount: Int

  private let handle: FileHandle
  private let index: [CID: (offset: Int, count: Int)]

  /// Reads the whole file once and checks every hash.
  init(_ path: String) throws {
    self.path = path
    let input = try ChunkedFile(path)
    handle = input.handle
    byteCount = input.byteCount
    var reader = CARReader()
    var roots: [CID] = []
    var index: [CID: (offset: Int, count: Int)] = [:]
    var duplicateCount = 0
    try input.forEachChunk { chunk in
      reader.append(chunk)
      while let section = try reader.next() {
        switch section {
        case .header(let found): roots = found
        case .block(let cid, let bytes):
          let place = (reader.offset - bytes.count, bytes.count)
          if index.updateValue(place, forKey: cid) != nil { duplicateCount += 1 }
        }
      }
    }
    try reader.finish()
    self.roots = roots
    self.index = index
    self.duplicateCount = duplicateCount
    uncheckedCount = reader.uncheckedBlockCount
  }

  var blockCount: Int { index.count }

  func size(_ cid: CID) -> Int? {
    index[cid]?.count
  }

  func block(_ cid: CID) throws -> [UInt8]? {
    guard let (offset, count) = index[cid] else { return nil }
    try handle.seek(toOffset: UInt64(offset))
    return try handle.read(upToCount: count).map { [UInt8]($0) } ?? []
  }

  /// The repository of the file's first root.
  func repository() throws -> Repository {
    guard let head = roots.first else {
      throw RepoError(.malformedCAR, "\(path) does not name a commit")
    }
    return try Repository(head: head, store: self)
  }
}
