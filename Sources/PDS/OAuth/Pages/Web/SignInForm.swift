import ATProtoAuth

/// The form in which an account owner gives a name and a password.
struct SignInForm: Sendable {
  /// Bytes; no name is longer.
  private static let maximumLength = 2048

  var identifier: String
  var password: String
  var isRemembered: Bool

  init(_ request: PageRequest) {
    identifier = request.text("identifier") ?? ""
    password = request.form["password"] ?? ""
    isRemembered = request.form["remember"] != nil
  }

  /// Throws ``SignInError/credentials`` if a field is empty or far too long.
  func attempt(_ purpose: SignInPurpose) throws(SignInError) -> SignIns.Attempt {
    guard !identifier.isEmpty, !password.isEmpty,
      identifier.utf8.count <= Self.maximumLength, password.utf8.count <= Self.maximumLength
    else { throw .credentials }
    return SignIns.Attempt(
      identifier: identifier,
      password: password,
      isRemembered: isRemembered,
      purpose: purpose
    )
  }

  static func page(
    title: String,
    identifier: String,
    error: String?,
    action: String,
    hidden: [FormPage.Hidden]
  ) -> FormPage {
    FormPage(
      title: title,
      error: error,
      action: action,
      hidden: hidden,
      fields: [
        FormPage.Field(
          name: "identifier",
          label: "Handle or email",
          value: identifier,
          autocomplete: "username",
          isInvalid: error != nil
        ),
        FormPage.Field(
          name: "password",
          label: "Password",
          type: "password",
          autocomplete: "current-password",
          isInvalid: error != nil
        ),
      ],
      check: FormPage.Check(name: "remember", label: "Stay signed in on this browser for 7 days"),
      submit: "Sign in",
      more: [
        FormPage.More(
          text: "Forgot your password?",
          label: "Reset it",
          url: ResetPages.path
        )
      ]
    )
  }

  /// - Parameter expected: the account that the request is for.
  static func sentence(_ error: SignInError, expected: String? = nil) -> String {
    switch error {
    case .credentials:
      "The name or the password is wrong. Use the password of your account, not an app password."
    case .takendown: "This account has been taken down. Contact the operator of this server."
    case .anotherAccount:
      "The app asks for another account: \(expected ?? "sign in with that one")."
    }
  }
}
