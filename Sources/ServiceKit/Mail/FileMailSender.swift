import Dispatch

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// Appends each message to a file in mbox form (RFC 4155): a line that begins with `From `, the
/// message, an empty line.
package struct FileMailSender: MailSender {
  package let path: String
  /// Writing blocks a thread.
  private let queue = DispatchQueue(label: "mail")

  package init(path: String) {
    self.path = path
  }

  package func send(_ message: MailMessage) async throws {
    let bytes = Array(Self.entry(message).utf8)
    try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Void, any Error>) in
      queue.async { continuation.resume(with: Result { try append(bytes) }) }
    }
  }

  private static func entry(_ message: MailMessage) -> String {
    let lines = message.text.split(separator: "\n", omittingEmptySubsequences: false)
    let date = lines.first { $0.hasPrefix("Date: ") }?.dropFirst(6) ?? ""
    // A line of the text must not look like the beginning of the next message.
    let quoted = lines.map { line in
      line.drop { $0 == ">" }.hasPrefix("From ") ? ">\(line)" : String(line)
    }
    return "From \(message.sender.text) \(date)\n" + quoted.joined(separator: "\n") + "\n"
  }

  /// Locks the file while writing, because another process may append too. The file contains email
  /// tokens, so only its owner can read it.
  private func append(_ bytes: [UInt8]) throws(MailError) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX) == 0 else { throw failure() }
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      rest = rest.dropFirst(written)
    }
  }

  private func failure() -> MailError {
    MailError(.notDelivered, "cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
