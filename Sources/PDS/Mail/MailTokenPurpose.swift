/// The only purpose for which a token that was sent by email is valid.
package enum MailTokenPurpose: String, Sendable, CaseIterable {
  case confirmEmail = "confirm_email"
  case updateEmail = "update_email"
  case resetPassword = "reset_password"
  case deleteAccount = "delete_account"
  case plcOperation = "plc_operation"
}
