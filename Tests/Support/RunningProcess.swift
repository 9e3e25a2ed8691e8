package import Foundation
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A program that runs alongside the tests.
///
/// Tests start programs, and wait for them, on threads that tasks need. So this is neither
/// Foundation's `Process`, which on Linux can miss the exit of one of two children, nor Subprocess,
/// which needs a free thread of the concurrency pool to report the end of a process
/// (`docs/architecture.md`).
package final class RunningProcess: Sendable {
  package let identifier: pid_t
  private let status = Mutex<Int32?>(nil)

  /// Starts `program` with the given files, by default `/dev/null`, as its standard streams.
  package init(
    _ program: URL,
    _ arguments: [String],
    input: String = "/dev/null",
    output: String = "/dev/null",
    error: String = "/dev/null",
    folder: String? = nil
  ) throws {
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let write = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, write, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, error, write, 0o600)
    // A shell changes the directory, because not every C library declares the file action for it.
    let command =
      folder.map { ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, $0, program.path] } ?? [program.path]
    var words = (command + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    Self.keepDescriptors()
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, command[0], &actions, nil, &words, environ)
    guard code == 0 else {
      throw ProcessFailure(reason: "\(program.path): \(String(cString: strerror(code)))")
    }
    self.identifier = identifier
  }

  /// Keeps open files of the tests out of the programs that they start: the port of a server could
  /// not be used again while a client has inherited its socket.
  private static func keepDescriptors() {
    for descriptor: Int32 in 3..<4_096 {
      let flags = fcntl(descriptor, F_GETFD)
      if flags >= 0 { _ = fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) }
    }
  }

  /// Whether it has exited by itself.
  package var hasEnded: Bool {
    status.withLock { status in
      if status != nil { return true }
      var code: Int32 = 0
      guard waitpid(identifier, &code, WNOHANG) == identifier else { return false }
      status = Self.status(code)
      return true
    }
  }

  /// The exit status, or the negative number of the signal; kills the program after `seconds`.
  package func wait(seconds: Double) -> Int32 {
    status.withLock { status in
      if let status { return status }
      let ended = waitForEnd(seconds: seconds)
      status = ended
      return ended
    }
  }

  private func waitForEnd(seconds: Double) -> Int32 {
    let deadline = Date(timeIntervalSinceNow: seconds)
    var code: Int32 = 0
    var pause: useconds_t = 500
    while waitpid(identifier, &code, WNOHANG) == 0 {
      if Date() > deadline { kill(identifier, SIGKILL) }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    return Self.status(code)
  }

  private static func status(_ code: Int32) -> Int32 {
    let signal = code & 0x7F
    return signal == 0 ? code >> 8 & 0xFF : -signal
  }

  deinit {
    guard status.withLock({ $0 == nil }) else { return }
    kill(identifier, SIGKILL)
    _ = waitForEnd(seconds: 10)
  }
}
