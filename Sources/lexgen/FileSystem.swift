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
      /// A symbolic link that was not followed.
      case link
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

  /// Does not follow a symbolic link.
  static func entryWithoutFollowing(_ path: String) -> Entry? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    return entry(info)
  }

  /// Why ``entry(at:)`` finds nothing.
  static func absence(of path: String) -> String {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      return "cannot be found by its name: \(String(cString: strerror(errno)))"
    }
    guard stat(path, &info) != 0, errno != ENOENT else { return "is a link that leads nowhere" }
    return "cannot be followed: \(String(cString: strerror(errno)))"
  }

  private static func entry(_ info: stat) -> Entry {
    let kind: Entry.Kind
    switch info.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
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

  /// The names in a folder, sorted by bytes. A name that is not UTF-8 comes repaired, and leads
  /// nowhere.
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

  /// A file's bytes; an error where there are more than `limit`.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let bytes = try head(of: path, limit + 1)
    guard bytes.count <= limit else {
      throw Failure(path: path, description: "is larger than \(limit) bytes")
    }
    return bytes
  }

  /// The first bytes of a file, `count` at most.
  ///
  /// What is not a file is refused here too: a pipe may have taken a file's place since somebody
  /// looked, and must not stop us.
  static func head(of path: String, _ count: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw Failure("read", path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw Failure("read", path) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw Failure(path: path, description: "is not a file")
    }
    return try read(descriptor, count, likely: Int(info.st_size) + 1, path)
  }

  /// What comes on standard input; an error where there are more bytes than `limit`.
  static func standardInput(limit: Int) throws(Failure) -> [UInt8] {
    let name = "standard input"
    let bytes = try read(STDIN_FILENO, limit + 1, likely: 0, name)
    guard bytes.count <= limit else {
      throw Failure(path: name, description: "is larger than \(limit) bytes")
    }
    return bytes
  }

  /// - Parameter likely: the number of bytes to expect.
  private static func read(
    _ descriptor: Int32,
    _ count: Int,
    likely: Int,
    _ path: String
  ) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var capacity = min(max(likely, 4096), count)
    while bytes.count < count {
      var got = 0
      bytes += [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        got = unistdRead(descriptor, buffer.baseAddress, capacity)
        initialized = Swift.max(0, got)
      }
      guard got >= 0 else { throw Failure("read", path) }
      if got == 0 { break }
      capacity = Swift.min(Swift.max(4096, capacity), count - bytes.count)
    }
    return bytes
  }

  /// Writes a file beside its place and renames it, so that no reader sees half of it.
  static func write(_ content: [UInt8], to path: String) throws(Failure) {
    // Not the file's own name with something added, which may be too long for the file system.
    let folder = path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)]
    let temporary = "\(folder).lexgen-\(getpid())"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("write", path) }
    let isWritten = writeAll(content, to: descriptor)
    guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
      let failure = Failure("write", path)
      unlink(temporary)
      throw failure
    }
  }

  /// Bytes on standard output.
  static func writeOutput(_ content: [UInt8]) throws(Failure) {
    guard writeAll(content, to: STDOUT_FILENO) else { throw Failure("write", "standard output") }
  }

  private static func writeAll(_ content: [UInt8], to descriptor: Int32) -> Bool {
    content.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = unistdWrite(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
        guard count > 0 else { return false }
        offset += count
      }
      return true
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

  /// What tells one build of this program from another: a program's file is replaced, or written
  /// while nobody runs it, and either changes one of these.
  ///
  /// Nil where the system does not say, or where two ways to the file disagree: a loader, an
  /// emulator or a debugger then stands in its place.
  static func ownBuild(calledAs name: String = CommandLine.arguments[0]) -> String? {
    #if os(Linux)
    let link = "/proc/self/exe"
    let target = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      let count = readlink(link, buffer.baseAddress!, buffer.count)
      return count < 0
        ? "" : String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    var info = stat()
    guard stat(link, &info) == 0 else { return nil }
    let ways = [target] + (name.contains("/") ? [name] : [])
    guard ways.allSatisfy({ entry(at: $0)?.identity == entry(info).identity }) else { return nil }
    let times = [info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec]
    return "\(info.st_dev) \(info.st_ino) \(info.st_size) \(times) \(info.st_ctim.tv_nsec)"
    #else
    return nil
    #endif
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
