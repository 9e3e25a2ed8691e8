/// Where documents and configurations are read from.
package protocol FileProvider: Sendable {
  /// Follows symbolic links; returns nil if there is no file.
  func entry(at path: String) -> FileSystem.Entry?

  /// The names in a directory, sorted by bytes.
  func names(in directory: String) throws(FileSystem.Failure) -> [String]

  /// Reads a file; throws if it has more than `limit` bytes.
  func read(_ path: String, limit: Int) throws(FileSystem.Failure) -> [UInt8]
}

/// The files on disk.
package struct DiskFiles: FileProvider {
  package init() {}

  package func entry(at path: String) -> FileSystem.Entry? { FileSystem.entry(at: path) }

  package func names(in directory: String) throws(FileSystem.Failure) -> [String] {
    try FileSystem.names(in: directory)
  }

  package func read(_ path: String, limit: Int) throws(FileSystem.Failure) -> [UInt8] {
    try FileSystem.read(path, limit: limit)
  }
}

/// The files on disk, with the unsaved buffers of an editor in their place.
package struct OverlayFiles: FileProvider {
  /// The content of buffers by path, whether or not the files exist.
  package var open: [String: [UInt8]]
  private let disk = DiskFiles()

  package init(open: [String: [UInt8]] = [:]) {
    self.open = open
  }

  package func entry(at path: String) -> FileSystem.Entry? {
    let path = InputReader.withoutTrailingSlash(path)
    let saved = disk.entry(at: path)
    if let buffer = open[path] {
      return FileSystem.Entry(
        kind: .file,
        size: buffer.count,
        identity: saved?.identity ?? Self.identity(path)
      )
    }
    if let saved { return saved }
    guard open.keys.contains(where: { $0.hasPrefix(path + "/") }) else { return nil }
    return FileSystem.Entry(kind: .directory, size: 0, identity: Self.identity(path))
  }

  package func names(in directory: String) throws(FileSystem.Failure) -> [String] {
    let prefix = InputReader.withoutTrailingSlash(directory) + "/"
    let buffers = open.keys.filter { $0.hasPrefix(prefix) }
      .compactMap { $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init) }
    guard !buffers.isEmpty else { return try disk.names(in: directory) }
    let saved = disk.entry(at: directory) == nil ? [] : try disk.names(in: directory)
    return Set(saved + buffers).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  package func read(_ path: String, limit: Int) throws(FileSystem.Failure) -> [UInt8] {
    guard let buffer = open[path] else { return try disk.read(path, limit: limit) }
    guard buffer.count <= limit else {
      throw FileSystem.Failure(path: path, description: "larger than \(limit) bytes")
    }
    return buffer
  }

  /// The identity of a file that is not on disk: the FNV-1a hash of its path, on no device.
  private static func identity(_ path: String) -> FileSystem.Identity {
    let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return FileSystem.Identity(device: .max, inode: hash)
  }
}
