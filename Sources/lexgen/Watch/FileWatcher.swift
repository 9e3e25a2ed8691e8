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
  /// The first path of each watched directory, of which several may lead to it.
  private var directories: [Int32: String] = [:]
  /// The directories in which everything counts. In others, only the files of ``paths`` do.
  private var trees: Set<Int32> = []

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
      _ = try addDirectory(directory.isEmpty ? "/" : directory)
      return
    }
    try addTree(InputReader.withoutTrailingSlash(path), depth: 0)
  }

  private mutating func addTree(_ directory: String, depth: Int) throws(FileSystem.Failure) {
    guard depth < InputReader.depthLimit, let watch = try addDirectory(directory),
      trees.insert(watch).inserted
    else { return }
    for name in (try? FileSystem.names(in: directory)) ?? [] where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      if FileSystem.entry(at: path)?.kind == .directory { try addTree(path, depth: depth + 1) }
    }
  }

  /// Returns nil if the directory does not exist.
  private mutating func addDirectory(_ path: String) throws(FileSystem.Failure) -> Int32? {
    let watch = inotify_add_watch(descriptor, path, Self.changes)
    // A directory that has been removed since it was listed is not watched.
    guard watch >= 0 || errno == ENOENT || errno == ENOTDIR else {
      throw FileSystem.Failure("watch", path)
    }
    guard watch >= 0 else { return nil }
    if directories[watch] == nil { directories[watch] = path }
    return watch
  }

  /// Returns the paths that have changed since the last call, sorted.
  mutating func wait() throws(FileSystem.Failure) -> [String] {
    var found: Set<String> = []
    while found.isEmpty || hasEvents {
      for event in events() {
        guard !event.has(IN_Q_OVERFLOW) else {
          found.insert(paths.first ?? ".")
          continue
        }
        guard let directory = directories[event.watch] else { continue }
        let name = event.name
        let path = directory == "." ? name : "\(directory)/\(name)"
        let isNamed = paths.contains(path) || paths.contains("\(directory)/\(name)")
        guard isNamed || trees.contains(event.watch) && !name.hasPrefix(".") else { continue }
        if event.has(IN_ISDIR) {
          try addTree(path, depth: 0)
          found.insert(path)
        } else if isNamed || DocumentFormat(path: name) != nil {
          // A new file is empty until it is closed, which is another event. A link is complete.
          let isIncomplete =
            event.has(IN_CREATE) && FileSystem.entryWithoutFollowing(path)?.kind == .file
          if !isIncomplete { found.insert(path) }
        }
      }
    }
    return found.sorted()
  }

  private var hasEvents: Bool {
    var descriptor = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  private struct Event {
    var watch: Int32
    var name: String
    var mask: UInt32

    func has(_ flag: some BinaryInteger) -> Bool { mask & UInt32(truncatingIfNeeded: flag) != 0 }
  }

  private func events() -> [Event] {
    var events: [Event] = []
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
      let count = systemRead(descriptor, buffer.baseAddress, buffer.count)
      var offset = 0
      let size = MemoryLayout<inotify_event>.size
      while offset + size <= count {
        let event = buffer.load(fromByteOffset: offset, as: inotify_event.self)
        let bytes = buffer[(offset + size)..<min(offset + size + Int(event.len), count)]
        events.append(
          Event(
            watch: event.wd,
            name: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self),
            mask: event.mask
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
      } else if depth == 0 || DocumentFormat(path: path) != nil,
        let entry = FileSystem.entry(at: path)
      {
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
