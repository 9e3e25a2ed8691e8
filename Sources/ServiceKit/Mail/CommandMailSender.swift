import ATProtoHTTP
import Foundation
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// Passes each message to a command that is called like `sendmail`: the message on standard input,
/// the recipient as the last argument. No shell is involved.
///
/// The command inherits only the three standard descriptors and the harmless part of the
/// environment, because the server's environment contains its secrets. The output of the command is
/// discarded.
package struct CommandMailSender: MailSender {
  /// The program and its own arguments.
  package let command: [String]
  private let timeLimit: Duration

  /// Returns nil if the command is empty.
  ///
  /// - Parameters:
  ///   - command: a program and its arguments, separated by spaces.
  ///   - timeLimit: the time after which the command is killed.
  package init?(_ command: String, timeLimit: Duration = .seconds(60)) {
    self.timeLimit = timeLimit
    self.command = command.split(separator: " ").map(String.init)
    if self.command.isEmpty { return nil }
  }

  package func send(_ message: MailMessage) async throws {
    // `-i`: a line with only a dot does not end the message. `--`: the recipient is not an option.
    let arguments =
      command.dropFirst() + ["-i", "-f", message.sender.text, "--", message.recipient.text]
    // A file rather than a pipe: a command that does not read its input must not block or signal us.
    let input = try Self.unnamedFile(Array(message.text.utf8))
    let outcome = await withTimeout(timeLimit) { [command] in
      await Result { () async throws(any Error) in
        try await run(
          command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
          arguments: Arguments(Array(arguments)),
          environment: .custom(Self.environment),
          input: .fileDescriptor(input, closeAfterSpawningProcess: true),
          output: .discarded,
          error: .discarded
        ).terminationStatus
      }
    }
    try Task.checkCancellation()
    switch outcome {
    case nil: throw failure("it did not finish within \(timeLimit)")
    case .success(.exited(0))?: return
    case .success(.exited(let status))?: throw failure("it exited with status \(status)")
    case .success(.signaled(let signal))?: throw failure("it was killed by signal \(signal)")
    case .failure(let error)?: throw failure("\(error)")
    }
  }

  private func failure(_ reason: String) -> MailError {
    MailError(.notDelivered, "cannot send mail with \(command[0]): \(reason)")
  }

  private static let environment: [Environment.Key: String] = {
    let names: [Environment.Key] = ["PATH", "HOME", "USER", "LANG", "TMPDIR"]
    let own = ProcessInfo.processInfo.environment
    var environment: [Environment.Key: String] = [:]
    for name in names { environment[name] = own[name.rawValue] }
    return environment
  }()

  /// Returns an open file with the given content, positioned at its beginning, that no other
  /// process can find.
  private static func unnamedFile(_ content: [UInt8]) throws(MailError) -> FileDescriptor {
    let path = FileManager.default.temporaryDirectory.path + "/mail-\(UUID().uuidString)"
    do {
      let file = try FileDescriptor.open(
        FilePath(path),
        .readWrite,
        options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite
      )
      do {
        unlink(path)
        try file.writeAll(content)
        try file.seek(offset: 0, from: .start)
        return file
      } catch {
        try? file.close()
        throw error
      }
    } catch {
      throw MailError(.notDelivered, "cannot write \(path): \(error)")
    }
  }
}
