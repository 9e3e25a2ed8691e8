#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs another program without a shell and collects its output.
enum ChildProgram {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Returns the program's standard output. Throws if the output has more than `limit` bytes, or if
  /// the program fails; the error then contains the program's standard error.
  ///
  /// Its input and its standard error are unlinked files, so that neither side can block the other.
  static func output(
    of program: String,
    _ arguments: [String],
    input: [UInt8],
    limit: Int
  ) throws(Failure) -> [UInt8] {
    let source = try namelessFile(input)
    defer { close(source) }
    let complaints = try namelessFile([])
    defer { close(complaints) }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw failure("cannot create pipe") }
    defer { close(ends[0]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let child: pid_t
    do throws(Failure) {
      child = try start(program, arguments, [source, ends[1], complaints])
    } catch {
      close(ends[1])
      throw error
    }
    close(ends[1])
    let output = read(ends[0], limit: limit + 1)
    if output.count > limit { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    guard output.count <= limit else {
      throw Failure(description: "\(program) printed more than \(limit) bytes")
    }
    guard status == 0 else {
      lseek(complaints, 0, SEEK_SET)
      let text = String(decoding: read(complaints, limit: 4096), as: UTF8.self)
      let reason = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
      throw Failure(description: reason.isEmpty ? "\(program) failed" : reason)
    }
    return output
  }

  private static func start(
    _ program: String,
    _ arguments: [String],
    _ descriptors: [Int32]
  ) throws(Failure) -> pid_t {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    // A partial clone must not fetch missing objects or ask for a password.
    setenv("GIT_NO_LAZY_FETCH", "1", 1)
    setenv("GIT_TERMINAL_PROMPT", "0", 1)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, program, &actions, nil, &words, environ)
    guard code == 0 else {
      throw Failure(description: "cannot run \(program): \(String(cString: strerror(code)))")
    }
    return child
  }

  /// Opens an unlinked temporary file with the given content, positioned at its start.
  private static func namelessFile(_ content: [UInt8]) throws(Failure) -> Int32 {
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(directory)/lexgen-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw failure("cannot create file in \(directory)") }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        let failure = failure("cannot write file in \(directory)")
        close(descriptor)
        throw failure
      }
      rest = rest.dropFirst(count)
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  private static func failure(_ action: String) -> Failure {
    Failure(description: "\(action): \(String(cString: strerror(errno)))")
  }

  private static func read(_ descriptor: Int32, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let capacity = min(1 << 16, limit - bytes.count)
      var got = 0
      bytes += [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initialized in
        repeat {
          got = systemRead(descriptor, buffer.baseAddress, capacity)
        } while got < 0
          && errno == EINTR
        initialized = max(0, got)
      }
      if got <= 0 { break }
    }
    return bytes
  }
}

// Inside the enum, the name would refer to the enum's own function.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int)
  -> Int
{
  read(descriptor, buffer, count)
}
