import ATProtoSyntax
import Lexicon

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// An open directory, below which files are reached one segment of the path at a time, and never
/// through a symbolic link. Checking a path first and opening it then would leave a moment in which
/// a directory can be replaced by a link.
struct FileTree: ~Copyable {
  let descriptor: CInt
  let path: String

  deinit { close(descriptor) }

  /// Opens a directory, which may be a link. Returns nil if it does not exist.
  init?(_ path: String) throws(LexiconError) {
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let descriptor = open(path, flags)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .failedSystemCall("cannot open the directory \(path)")
    }
    self.descriptor = descriptor
    self.path = path
  }

  private init(descriptor: CInt, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Returns nil if the file, or a directory on the way to it, does not exist.
  func contents(of nsid: NSID) throws(LexiconError) -> [UInt8]? {
    let (directories, name) = Self.path(of: nsid)
    do throws(LexiconError) {
      guard let directory = try directory(directories, creates: false) else { return nil }
      return try directory.file(name)
    } catch {
      throw error.about(nsid)
    }
  }

  /// The directories and the name of a document's file.
  static func path(of nsid: NSID) -> (directories: [String], name: String) {
    var segments = LexiconFile.path(of: nsid).split(separator: "/").map(String.init)
    let name = segments.removeLast()
    return (segments, name)
  }

  /// Opens a directory below this one. Returns nil if it does not exist.
  func directory(
    _ segments: [String],
    creates: Bool
  ) throws(LexiconError) -> FileTree? {
    var tree = FileTree(descriptor: fcntl(descriptor, F_DUPFD_CLOEXEC, 0), path: path)
    guard tree.descriptor >= 0 else { throw .failedSystemCall("cannot open \(path)") }
    for segment in segments {
      if creates { mkdirat(tree.descriptor, segment, 0o755) }
      let below = "\(tree.path)/\(segment)"
      let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
      let next = openat(tree.descriptor, segment, flags)
      guard next >= 0 else {
        let code = errno
        if code == ENOENT { return nil }
        try tree.refuseLink(segment)
        throw .failedSystemCall("cannot open the directory \(below)", code)
      }
      tree = FileTree(descriptor: next, path: below)
    }
    return tree
  }

  /// The content of a file in this directory. Returns nil if it does not exist.
  func file(_ name: String) throws(LexiconError) -> [UInt8]? {
    // Opening a pipe to read must not wait for someone who writes.
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let file = openat(descriptor, name, flags)
    guard file >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      try refuseLink(name)
      throw .failedSystemCall("cannot read \(path)/\(name)", code)
    }
    defer { close(file) }
    return try Self.contents(of: file, path: "\(path)/\(name)")
  }

  /// The content of a file that the user named, which may be a link. Returns nil if it does not
  /// exist.
  static func contents(ofFile path: String) throws(LexiconError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw .failedSystemCall("cannot read \(path)")
    }
    defer { close(file) }
    return try contents(of: file, path: path)
  }

  private func refuseLink(_ name: String) throws(LexiconError) {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT == S_IFLNK
    else { return }
    throw LexiconError(
      .pathRefused,
      "\(path)/\(name) is a symbolic link; lexicons are neither read nor written through links"
    )
  }

  private static func contents(
    of file: CInt,
    path: String
  ) throws(LexiconError) -> [UInt8] {
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .failedSystemCall("cannot read \(path)") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LexiconError(.pathRefused, "\(path) is not a regular file")
    }
    guard status.st_size <= LexiconFolder.maximumFileBytes else {
      let limit = LexiconFolder.maximumFileBytes >> 20
      throw LexiconError(.tooLarge, "\(path) is larger than \(limit) MiB")
    }
    // One more byte than expected shows the end of a file that has not grown.
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        systemRead(file, buffer.baseAddress! + count, buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw .failedSystemCall("cannot read \(path)") }
      if read == 0 { break }
      count += read
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}

extension LexiconError {
  /// An error of the file system, with the system's reason.
  static func failedSystemCall(_ text: String, _ code: CInt = errno) -> LexiconError {
    LexiconError(.fileFailed, "\(text): \(String(cString: strerror(code)))")
  }

  /// The same error, about a document.
  func about(_ nsid: NSID) -> LexiconError {
    var error = self
    error.nsid = error.nsid ?? nsid
    return error
  }
}

#if canImport(Darwin)
private let systemRead = Darwin.read
#elseif canImport(Musl)
private let systemRead = Musl.read
#else
private let systemRead = Glibc.read
#endif
