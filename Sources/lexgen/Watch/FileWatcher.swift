import Lexicon
import LexiconProject

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Waits until documents or configurations change.
///
/// On Linux, the kernel reports changes of directories; elsewhere, the files are looked at four times
/// per second.
struct FileWatcher {
  /// The directories to watch, and the paths without which a run would not be complete.
  private let paths: [String]

  #if os(Linux)
  private let descriptor: Int32
  private var directories: [Int32: String] = [:]
  /// The directories in which everything counts. In others, only the files of ``paths`` do.
  private var trees: Set<String> = []

  private static let changes = UInt32(
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR
  )

  /// - Parameter paths: directories, with everything below them, and files.
  init(_ paths: [String]) throws(FileSystem.Failure) {
    self.paths = paths
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw FileSystem.Failure("watch", ".") }
    for path in paths { try add(path) }
  }

  func close() { systemClose(descriptor) }

  private mutating func add(_ path: String) throws(FileSystem.Failure) {
    guard FileSystem.entry(at: path)?.kind == .directory else {
      // A file that an editor replaces is another file, so its directory is watched.
      let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      try addDirectory(directory.isEmpty ? "/" : directory)
      return
    }
    try addTree(InputReader.withoutTrailingSlash(path), depth: 0)
  }

  private mutating func addTree(_ directory: String, depth: Int) throws(FileSystem.Failure) {
    guard depth < InputReader.depthLimit, trees.insert(directory).inserted else { return }
    try addDirectory(directory)
    for name in (try? FileSystem.names(in: directory)) ?? [] where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      if FileSystem.entry(at: path)?.kind == .directory { try addTree(path, depth: depth + 1) }
    }
  }

  private mutating func addDirectory(_ path: String) throws(FileSystem.Failure) {
    let watch = inotify_add_watch(descriptor, path, Self.changes)
    // A directory that has been removed since it was listed is not watched.
    guard watch >= 0 || errno == ENOENT || errno == ENOTDIR else {
      throw FileSystem.Failure("watch", path)
    }
    if watch >= 0 { directories[watch] = path }
  }

  /// Returns the paths that have changed since the last call, sorted.
  mutating func wait() throws(FileSystem.Failure) -> [String] {
    var found: Set<String> = []
    while found.isEmpty || hasEvents {
      for (watch, name, isDirectory, isLost) in events() {
        guard !isLost else {
          found.insert(paths.first ?? ".")
          continue
        }
        guard let directory = directories[watch], !name.hasPrefix(".") else { continue }
        let path = directory == "." ? name : "\(directory)/\(name)"
        let isNamed = paths.contains(path) || paths.contains("\(directory)/\(name)")
        guard trees.contains(directory) || isNamed else { continue }
        if isDirectory {
          try addTree(path, depth: 0)
          found.insert(path)
        } else if DocumentFormat(path: name) != nil {
          found.insert(path)
        }
      }
    }
    return found.sorted()
  }

  private var hasEvents: Bool {
    var descriptor = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  private func events() -> [(watch: Int32, name: String, isDirectory: Bool, isLost: Bool)] {
    var events: [(watch: Int32, name: String, isDirectory: Bool, isLost: Bool)] = []
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
      let count = systemRead(descriptor, buffer.baseAddress, buffer.count)
      var offset = 0
      let size = MemoryLayout<inotify_event>.size
      while offset + size <= count {
        let event = buffer.load(fromByteOffset: offset, as: inotify_event.self)
        let bytes = buffer[(offset + size)..<min(offset + size + Int(event.len), count)]
        events.append(
          (
            event.wd, String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self),
            event.mask & UInt32(IN_ISDIR) != 0, event.mask & UInt32(IN_Q_OVERFLOW) != 0
          )
        )
        offset += size + Int(event.len)
      }
    }
    return events
  }
  #else
  private var known: [String: State]

  /// What changes with the content of a file.
  private struct State: Equatable {
    var size: Int
    var identity: FileSystem.Identity
    var seconds: Int
    var nanoseconds: Int
  }

  init(_ paths: [String]) throws(FileSystem.Failure) {
    self.paths = paths
    known = Self.states(of: paths)
  }

  func close() {}

  mutating func wait() throws(FileSystem.Failure) -> [String] {
    while true {
      usleep(250_000)
      let current = Self.states(of: paths)
      let changed = Set(known.keys).union(current.keys).filter { known[$0] != current[$0] }
      known = current
      if !changed.isEmpty { return changed.sorted() }
    }
  }

  private static func states(of paths: [String]) -> [String: State] {
    var states: [String: State] = [:]
    func visit(_ path: String, depth: Int) {
      var info = stat()
      guard depth < InputReader.depthLimit, stat(path, &info) == 0 else { return }
      if let entry = FileSystem.entry(at: path), entry.kind == .directory {
        for name in (try? FileSystem.names(in: path)) ?? [] where !name.hasPrefix(".") {
          visit("\(path)/\(name)", depth: depth + 1)
        }
      } else if DocumentFormat(path: path) != nil, let entry = FileSystem.entry(at: path) {
        states[path] = State(
          size: entry.size,
          identity: entry.identity,
          seconds: Int(info.st_mtimespec.tv_sec),
          nanoseconds: Int(info.st_mtimespec.tv_nsec)
        )
      }
    }
    for path in paths { visit(path, depth: 0) }
    return states
  }
  #endif
}

// Inside the type, the names would refer to its own functions.
private func systemRead(
  _ descriptor: Int32,
  _ buffer: UnsafeMutableRawPointer?,
  _ count: Int
) -> Int {
  read(descriptor, buffer, count)
}

private func systemClose(_ descriptor: Int32) { close(descriptor) }
