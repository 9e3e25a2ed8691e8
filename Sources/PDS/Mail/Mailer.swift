import XRPC
import XRPCServer

/// Writes letters and has them sent, where the server was told how.
struct Mailer: Sendable {
  let sender: (any MailSender)?
  let from: MailAddress

  init(sender: (any MailSender)?, from: MailAddress) {
    self.sender = sender
    self.from = from
  }

  /// In development mail goes to a file in the data folder unless another place is given.
  init(_ configuration: PDSConfiguration) throws {
    let hostname = configuration.hostname
    let address = configuration.mailFrom ?? "noreply@\(hostname)"
    do {
      from = try MailAddress(address)
    } catch {
      throw PDSError(.configuration, "mail cannot come from '\(address)'")
    }
    if let file = configuration.mailFile {
      sender = FileMailSender(path: file)
    } else if let command = configuration.mailCommand {
      sender = CommandMailSender(command)
    } else if configuration.isDevelopment {
      sender = FileMailSender(path: configuration.dataDirectory + "/mail.mbox")
    } else {
      sender = nil
    }
  }

  /// Throws `InvalidRequest` where mail cannot be sent: before anything is done that needs it.
  func check() throws {
    if sender == nil { throw XRPCServerError.invalidRequest("this server sends no mail") }
  }

  func send(_ letter: MailContent, to recipient: String) async throws {
    guard let sender else { return try check() }
    do {
      let message = try MailMessage(
        from: from,
        to: MailAddress(recipient),
        subject: letter.subject,
        body: letter.body
      )
      try await sender.send(message)
    } catch let error as MailError where error.code != .notDelivered {
      throw XRPCServerError.invalidRequest(error.reason)
    }
  }
}
