import Foundation

/// A file that is read from beginning to end, with a progress bar.
struct ChunkedFile {
  let handle: FileHandle
  let byteCount: Int

  private static let chunkSize = 256 << 10

  init(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw CommandError(reason: "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    self.handle = handle
    byteCount = Int(try handle.seekToEnd())
    try handle.seek(toOffset: 0)
  }

  func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
    var progress = ProgressBar(total: byteCount)
    defer { progress.finish() }
    var isAtEnd = false
    while !isAtEnd {
      // Foundation's data of one chunk is freed before the next chunk is read.
      try autoreleasing {
        guard let data = try handle.read(upToCount: Self.chunkSize), !data.isEmpty else {
          isAtEnd = true
          return
        }
        try body([UInt8](data))
        progress.advance(by: data.count)
      }
    }
  }

  private func autoreleasing(_ body: () throws -> Void) rethrows {
    #if canImport(ObjectiveC)
    try autoreleasepool(invoking: body)
    #else
    try body()
    #endif
  }
}
