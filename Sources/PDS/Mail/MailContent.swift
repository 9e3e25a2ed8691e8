import ATProtoSyntax
import ServiceKit

/// The subject and the text of an email to an account's owner.
struct MailContent: Sendable {
  var subject: String
  var body: String

  init(subject: String, body: String) {
    self.subject = subject
    self.body = body
  }

  /// The email that contains a token.
  ///
  /// - Parameter server: the hostname, so that people know who is writing.
  init(_ purpose: MailTokenPurpose, token: String, handle: Handle, server: String) {
    let action: String
    var warning = ""
    switch purpose {
    case .confirmEmail:
      subject = "Confirm your email"
      action = "confirm your email"
    case .updateEmail:
      subject = "Change your email"
      action = "change the email of your account"
    case .resetPassword:
      subject = "Reset your password"
      action = "reset your password"
    case .deleteAccount:
      subject = "Delete your account"
      action = "delete your account"
      warning = "Your account and all its data will be deleted. This cannot be undone."
    case .plcOperation:
      subject = "Change your identity"
      action = "authorize a change of your identity, such as a move to another server"
      warning = "Anyone who has this code can take over your account."
    }
    body = """
      Hello @\(handle),

      Use this code to \(action):

      \(token)

      \(warning.isEmpty ? "" : warning + "\n\n")\
      It expires in \(MailToken.lifetime / 60) minutes and works once. Do not share it.
      If you did not request this, ignore this email.

      \(server)
      """
  }
}

extension Mailer {
  /// The mailer of a PDS. In development, email goes to a file in the data directory unless another
  /// destination is configured.
  ///
  /// Throws ``ServiceError/Code/configuration`` if the sender's email is not valid.
  init(_ configuration: PDSConfiguration) throws(ServiceError) {
    let email = configuration.mailFrom ?? "noreply@\(configuration.hostname)"
    let from: MailAddress
    do throws(MailError) {
      from = try MailAddress(email)
    } catch {
      throw ServiceError(
        .configuration,
        "'\(email)' is not a valid email for the sender of mail; set \(PDSSettings.mailFrom.name)"
      )
    }
    let sender: (any MailSender)? =
      if let file = configuration.mailFile {
        FileMailSender(path: file)
      } else if let command = configuration.mailCommand {
        CommandMailSender(command)
      } else if configuration.isDevelopment {
        FileMailSender(path: configuration.dataDirectory + "/mail.mbox")
      } else {
        nil
      }
    self.init(sender: sender, from: from)
  }

  func send(_ content: MailContent, to recipient: String) async throws {
    try await send(subject: content.subject, body: content.body, to: recipient)
  }
}
