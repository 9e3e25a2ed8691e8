import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Gives each mail to a command that takes what `sendmail` takes: the message on its standard
/// input, the recipient as its last argument. No shell has a part in it.
struct CommandMailSender: MailSender {
  /// The program and its own arguments.
  let command: [String]
  /// How long the command may take.
  private let patience: Duration

  /// - Parameter command: a program and its arguments, parted by spaces.
  init?(_ command: String, patience: Duration = .seconds(60)) {
    self.patience = patience
    self.command = command.split(separator: " ").map(String.init)
    if self.command.isEmpty { return nil }
  }

  func send(_ message: MailMessage) async throws {
    // `-i`: a line with a dot only does not end the message. `--`: an address is no option.
    let child = try start(
      ["-i", "-f", message.sender.text, "--", message.recipient.text],
      input: Array(message.text.utf8)
    )
    let status = await wait(for: child)
    guard status == 0 else {
      throw MailError(.notDelivered, "\(command[0]) ended with status \(status)")
    }
  }

  /// The exit status, or the negative number of the signal that ended it.
  private func wait(for child: pid_t) async -> Int32 {
    let end = ContinuousClock.now + patience
    var pause = Duration.milliseconds(2)
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
      if ContinuousClock.now > end || Task.isCancelled {
        kill(child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        break
      }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(100))
    }
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : -signal
  }

  private func start(_ arguments: [String], input: [UInt8]) throws(MailError) -> pid_t {
    let source = try Self.namelessFile(input)
    defer { close(source) }
    let nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(nowhere) }
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in [source, nowhere, nowhere].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    Self.keepDescriptors()
    // Signals that the server ignores or holds back mean to the command what they always mean.
    #if canImport(Darwin)
    var attributes: posix_spawnattr_t?
    #else
    var attributes = posix_spawnattr_t()
    #endif
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    var words = (command + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var environment = Self.environment.map { strdup($0) } + [nil]
    defer { environment.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, command[0], &actions, &attributes, &words, &environment)
    guard code == 0 else {
      throw MailError(.notDelivered, "\(command[0]) cannot be started: error \(code)")
    }
    return child
  }

  /// Sockets and the database are none of the command's business.
  private static func keepDescriptors() {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")
    for descriptor in (names ?? []).compactMap(Int32.init) where descriptor > 2 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  /// The server's own environment holds its secrets.
  private static let environment = ["PATH", "HOME", "USER", "LANG", "TMPDIR"].compactMap { name in
    ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
  }

  /// An open file with the given content, at its beginning, that no other process finds.
  private static func namelessFile(_ content: [UInt8]) throws(MailError) -> Int32 {
    let folder = FileManager.default.temporaryDirectory.path
    var name = Array("\(folder)/mail-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw MailError(.notDelivered, "no file can be made in \(folder): error \(errno)")
    }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        close(descriptor)
        throw MailError(.notDelivered, "no file can be written in \(folder): error \(errno)")
      }
      rest = rest.dropFirst(count)
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }
}
