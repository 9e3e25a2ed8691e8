import ATProtoSyntax

/// What a mail says.
struct MailContent: Sendable {
  var subject: String
  var body: String

  init(subject: String, body: String) {
    self.subject = subject
    self.body = body
  }

  /// The mail that brings a token.
  ///
  /// - Parameter server: the hostname, so that people know who writes.
  init(_ purpose: MailTokenPurpose, token: String, handle: Handle, server: String) {
    let action: String
    switch purpose {
    case .confirmEmail:
      subject = "Confirm your e-mail address"
      action = "confirm that this is your e-mail address"
    case .updateEmail:
      subject = "Change your e-mail address"
      action = "give your account another e-mail address"
    case .resetPassword:
      subject = "Reset your password"
      action = "choose a new password"
    case .deleteAccount:
      subject = "Delete your account"
      action = "delete your account with everything in it. This cannot be undone"
    case .plcOperation:
      subject = "Change your identity"
      action =
        "sign a change of your identity, as when your account moves to another server. "
        + "Whoever has it can take your account away"
    }
    body = """
      Hello @\(handle),

      with this token you can \(action):

      \(token)

      It is good for \(MailToken.lifetime / 60) minutes, and once. If you did not ask for it,
      nothing will happen as long as you give it to nobody.

      \(server)
      """
  }
}
