/// A way to send mail.
package protocol MailSender: Sendable {
  /// Returns once the message has been accepted; throws ``MailError`` if it has not.
  func send(_ message: MailMessage) async throws
}
