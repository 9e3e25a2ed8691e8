import ServiceKit
import Synchronization

/// Keeps mail in memory.
final class MemoryMailSender: MailSender {
  private let sent = Mutex<[MailMessage]>([])

  var messages: [MailMessage] { sent.withLock { $0 } }

  func send(_ message: MailMessage) async {
    sent.withLock { $0.append(message) }
  }
}
