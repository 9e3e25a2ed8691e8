#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The few system calls that the tool needs.
///
/// Foundation would double the startup time of a tool that build plugins run for every target.
package enum FileSystem {
  /// The kind, size, and identity of the file at a path.
  package struct Entry {
    package enum Kind {
      case file
      case directory
      /// A symbolic link that was not followed.
      case link
      /// A pipe, socket, or device; opening one may block.
      case other
    }

    package var kind: Kind
    package var size: Int
    /// Equal for all paths that lead to the same file.
    package var identity: Identity
  }

  package struct Identity: Hashable {
    package var device: UInt64
    package var inode: UInt64
  }

  package struct Failure: Error, CustomStringConvertible {
    package var path: String
    package var description: String

    /// Describes the current `errno`.
    package init(_ action: String, _ path: String) {
      self.path = path
      description = "cannot \(action): \(String(cString: strerror(errno)))"
    }

    package init(path: String, description: String) {
      self.path = path
      self.description = description
    }
  }

  /// The path without `.`, `..`, and repeated slashes, as far as its text decides.
  ///
  /// A language server compares the paths of a configuration with those of a client, which have none
  /// of them.
  package static func normalized(_ path: String) -> String {
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    var segments: [String] = []
    // A combining mark after a slash would belong to the same character.
    let parts = path.unicodeScalars.split(separator: "/").map { String($0) }
    for segment in parts where segment != "." {
      if segment != ".." {
        segments.append(segment)
      } else if let last = segments.last, last != ".." {
        segments.removeLast()
      } else if !isAbsolute {
        segments.append(segment)
      }
    }
    let text = segments.joined(separator: "/")
    if isAbsolute { return "/\(text)" }
    return text.isEmpty ? "." : text
  }

  /// Follows symbolic links; returns nil if there is no file.
  package static func entry(at path: String) -> Entry? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return entry(info)
  }

  /// Does not follow a symbolic link.
  package static func entryWithoutFollowing(_ path: String) -> Entry? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return nil }
    return entry(info)
  }

  /// The reason why ``entry(at:)`` does not find a file.
  package static func absence(of path: String) -> String {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      return "cannot find file: \(String(cString: strerror(errno)))"
    }
    guard stat(path, &info) != 0, errno != ENOENT else { return "broken symbolic link" }
    return "cannot follow symbolic link: \(String(cString: strerror(errno)))"
  }

  private static func entry(_ info: stat) -> Entry {
    let kind: Entry.Kind
    switch info.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
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

  /// The names in a directory, sorted by bytes. A name that is not UTF-8 is repaired, so it does
  /// not match the file.
  package static func names(in directory: String) throws(Failure) -> [String] {
    guard let handle = opendir(directory) else { throw Failure("open directory", directory) }
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

  /// Reads a file; throws if it has more than `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let bytes = try head(of: path, limit + 1)
    guard bytes.count <= limit else {
      throw Failure(path: path, description: "larger than \(limit) bytes")
    }
    return bytes
  }

  /// Reads at most the first `count` bytes of a file.
  ///
  /// Throws if it is not a regular file: a pipe may have replaced the file since it was checked,
  /// and must not block the program.
  package static func head(of path: String, _ count: Int) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw Failure("read", path) }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw Failure("read", path) }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw Failure(path: path, description: "not a file")
    }
    return try read(descriptor, count, likely: Int(info.st_size) + 1, path)
  }

  /// Reads standard input; throws if there are more than `limit` bytes.
  package static func standardInput(limit: Int) throws(Failure) -> [UInt8] {
    let name = "standard input"
    let bytes = try read(STDIN_FILENO, limit + 1, likely: 0, name)
    guard bytes.count <= limit else {
      throw Failure(path: name, description: "larger than \(limit) bytes")
    }
    return bytes
  }

  /// - Parameter likely: the expected number of bytes.
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

  /// Writes a temporary file in the same directory and renames it, so that readers never see
  /// partial content.
  package static func write(_ content: [UInt8], to path: String) throws(Failure) {
    // A name derived from the file's own could be too long for the file system.
    let directory = path[..<(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)]
    let temporary = "\(directory).lexgen-\(getpid())"
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

  /// Writes bytes to standard output.
  package static func writeOutput(_ content: [UInt8]) throws(Failure) {
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

  package static func createDirectory(_ path: String) throws(Failure) {
    guard !path.isEmpty, entry(at: path)?.kind != .directory else { return }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try createDirectory(String(path[..<slash]))
    }
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Failure("create directory", path)
    }
  }

  package static func remove(_ path: String) throws(Failure) {
    guard unlink(path) == 0 else { throw Failure("remove", path) }
  }

  /// Removes a directory if it is empty.
  package static func removeIfEmpty(_ directory: String) {
    rmdir(directory)
  }

  /// An identification of this build of the program, from the identity, size, and times of its file:
  /// replacing or rewriting the file changes at least one of them.
  ///
  /// Returns nil if the system does not provide it, or if two methods of finding the file disagree,
  /// as under a loader, an emulator, or a debugger.
  package static func ownBuild(calledAs name: String = CommandLine.arguments[0]) -> String? {
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

// Inside the enum, the names would refer to the enum's own functions.
private func unistdRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}

private func unistdWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, buffer, count)
}
