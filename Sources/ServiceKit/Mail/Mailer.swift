import XRPC
import XRPCServer

/// Sends email from one address, if the service is configured to send any.
package struct Mailer: Sendable {
  /// Nil if the service does not send email.
  package let sender: (any MailSender)?
  package let from: MailAddress

  package init(sender: (any MailSender)?, from: MailAddress) {
    self.sender = sender
    self.from = from
  }

  /// Throws `InvalidRequest` if the service does not send email. Call this before making changes
  /// that require email.
  package func check() throws {
    if sender == nil {
      throw XRPCServerError.invalidRequest("this server does not send mail")
    }
  }

  /// Sends plain text.
  ///
  /// Throws `InvalidRequest` if the service does not send email or `recipient` is not a valid
  /// email, and ``MailError/Code/notDelivered`` if sending fails.
  package func send(subject: String, body: String, to recipient: String) async throws {
    guard let sender else { return try check() }
    do {
      let message = try MailMessage(
        from: from,
        to: MailAddress(recipient),
        subject: subject,
        body: body
      )
      try await sender.send(message)
    } catch let error as MailError where error.code != .notDelivered {
      throw XRPCServerError.invalidRequest(error.reason)
    }
  }
}
