/// Where mail goes.
protocol MailSender: Sendable {
  /// Returns when the mail is taken on; throws ``MailError`` where it is not.
  func send(_ message: MailMessage) async throws
}
