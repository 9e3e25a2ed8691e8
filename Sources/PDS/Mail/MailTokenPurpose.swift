/// What a token that was sent by mail is good for, and for nothing else.
package enum MailTokenPurpose: String, Sendable, CaseIterable {
  case confirmEmail = "confirm_email"
  case updateEmail = "update_email"
  case resetPassword = "reset_password"
  case deleteAccount = "delete_account"
  case plcOperation = "plc_operation"
}
