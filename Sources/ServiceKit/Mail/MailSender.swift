/// A way to send mail.
package protocol MailSender: Sendable {
  /// Returns once the mail is accepted; throws ``MailError`` if it is not.
  func send(_ message: MailMessage) async throws
}
