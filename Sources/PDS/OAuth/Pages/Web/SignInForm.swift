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
    in language: PageLanguage,
    title: Phrase,
    identifier: String,
    error: String?,
    action: String,
    hidden: [FormPage.Hidden]
  ) -> FormPage {
    FormPage(
      title: language(title),
      error: error,
      action: action,
      hidden: hidden,
      fields: [
        FormPage.Field(
          name: "identifier",
          label: language(.identifier),
          value: identifier,
          autocomplete: "username",
          isInvalid: error != nil
        ),
        FormPage.Field(
          name: "password",
          label: language(.password),
          type: "password",
          autocomplete: "current-password",
          isInvalid: error != nil
        ),
      ],
      check: FormPage.Check(name: "remember", label: language(.staySignedIn)),
      submit: language(.signIn),
      more: [
        FormPage.More(
          text: language(.forgotPassword),
          label: language(.resetIt),
          url: ResetPages.path
        )
      ]
    )
  }

  /// - Parameter expected: the account that the request is for.
  static func phrase(_ error: SignInError, expected: String? = nil) -> Phrase {
    switch error {
    case .credentials: .wrongCredentials
    case .takendown: .takenDown
    case .anotherAccount: .anotherAccountWanted(name: expected)
    }
  }
}
