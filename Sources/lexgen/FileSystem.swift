#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The few calls to the system that the tool needs.
///
/// Foundation would double the start-up time of a tool that build plugins start for every target.
enum FileSystem {
  /// What stands at a path.
  struct Entry {
    enum Kind {
      case file
      case folder
      /// A pipe, socket or device: opening one may block.
      case other
    }

    var kind: Kind
    var size: Int
    /// The same for every path that leads to one file.
    var identity: Identity
  }

  struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }

  struct Failure: Error, CustomStringConvertible {
    var path: String
    var description: String

    /// Describes `errno` as it stands.
    init(_ action: String, _ path: String) {
      self.path = path
      description = "cannot \(action): \(String(cString: strerror(errno)))"
    }

    init(path: String, description: String) {
      self.path = path
      self.description = description
    }
  }

  /// Follows symbolic links; nil where nothing is there.
  static func entry(at path: String) -> Entry? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return entry(info)
  }

  /// Does not follow a symbolic link: one counts as `other`.
  static func entryWithoutFollowing(_ path: String) -> Entry? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    return entry(info)
  }

  private static func entry(_ info: stat) -> Entry {
    let kind: Entry.Kind
    switch info.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    default: kind = .other
    }
    return Entry(
      kind: kind,
      size: Int(info.st_size),
      identity: Identity(
        device: UInt64(truncatingIfNeeded: info.st_dev),
        inode: UInt64(info.st_ino)
      )
    )
  }

  /// The names in a folder, sorted by bytes.
  static func names(in folder: String) throws(Failure) -> [String] {
    guard let handle = opendir(folder) else { throw Failure("open folder", folder) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A file's bytes, `limit` at most.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("read", path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw Failure("read", path) }
    var bytes: [UInt8] = []
    var capacity = min(max(Int(info.st_size) + 1, 4096), limit + 1)
    while true {
      let count = bytes.count
      var got = 0
      bytes += [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        got = Swift.max(-1, unistdRead(descriptor, buffer.baseAddress, buffer.count))
        initialized = Swift.max(0, got)
      }
      guard got >= 0 else { throw Failure("read", path) }
      if got == 0 { return bytes }
      guard bytes.count <= limit else {
        throw Failure(path: path, description: "is larger than \(limit) bytes")
      }
      capacity = Swift.max(4096, min(limit + 1 - count, capacity))
    }
  }

  /// Writes a file beside its place and renames it, so that no reader sees half of it.
  static func write(_ content: String, to path: String) throws(Failure) {
    let temporary = "\(path).lexgen-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw Failure("write", path) }
    var content = content
    let isWritten = content.withUTF8 { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = unistdWrite(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
    guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
      let failure = Failure("write", path)
      unlink(temporary)
      throw failure
    }
  }

  static func createFolder(_ path: String) throws(Failure) {
    guard !path.isEmpty, entry(at: path)?.kind != .folder else { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try createFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Failure("create folder", path) }
  }

  static func remove(_ path: String) throws(Failure) {
    guard unlink(path) == 0 else { throw Failure("remove", path) }
  }

  /// Removes a folder that has become empty; one that has not stays.
  static func removeIfEmpty(_ folder: String) {
    rmdir(folder)
  }
}

// Inside the enum the names would find its own functions.
private func unistdRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}

private func unistdWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
