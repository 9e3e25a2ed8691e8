public import ATProtoHTTP

extension ByteStream {
  private static let chunkBytes = 64 << 10

  /// The bytes of a file, opened anew for each reader: a request with it can be sent again.
  ///
  /// Reading holds the task's thread for as long as the disk takes.
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

  /// Writes the whole to a file, in place of the one that is there. Where the stream breaks off, all
  /// stays as it was.
  ///
  /// - Returns: the length.
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
