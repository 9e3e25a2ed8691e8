public import ATProtoHTTP

extension ByteStream {
  private static let chunkBytes = 64 << 10

  /// Creates a stream of the bytes of a file. It is repeatable: each reader opens the file again.
  ///
  /// Reading blocks the task's thread for as long as the disk takes.
  public init(contentsOfFile path: String) throws(ByteStreamError) {
    let length = try File(reading: path).length
    self.init(length: length, isRepeatable: true) {
      let file = try File(reading: path)
      return {
        let chunk = try file.read(Self.chunkBytes)
        return chunk.isEmpty ? nil : chunk
      }
    }
  }

  /// Writes the stream to a file, which replaces an existing one when it is complete. If the stream
  /// fails, nothing changes.
  ///
  /// - Returns: the length in bytes.
  @discardableResult
  public func write(toFile path: String) async throws -> Int {
    let file = try File(writing: path)
    var count = 0
    for try await chunk in self {
      try file.write(chunk)
      count += chunk.count
    }
    try file.finish()
    return count
  }
}
