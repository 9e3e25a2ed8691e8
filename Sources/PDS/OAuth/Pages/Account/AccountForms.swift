import ATProtoAuth
import ATProtoSyntax

// The forms of the account pages. What was entered is shown again, except for passwords.

extension FormPage.Field {
  /// The present password.
  static let password = FormPage.Field(
    name: "password",
    label: "Password",
    type: "password",
    autocomplete: "current-password"
  )

  /// A code from a mail.
  static let code = FormPage.Field(
    name: "code",
    label: "Code from the mail",
    autocomplete: "one-time-code"
  )
}

extension FormPage {
  /// A form of the account pages.
  fileprivate init(
    _ title: String,
    _ section: AccountSection,
    _ visit: AccountVisit,
    _ submit: String,
    step: AccountStep = .save,
    _ fields: [Field]
  ) {
    self.init(
      title: title,
      action: visit.url(section),
      hidden: visit.hidden(step),
      fields: fields,
      submit: submit,
      more: [More(text: "", label: "Back to your account", url: visit.url())]
    )
  }
}

enum PasswordForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    var current = FormPage.Field.password
    current.label = "Current password"
    var form = FormPage(
      "Change your password",
      .password,
      visit,
      "Change password",
      [
        current,
        FormPage.Field(
          name: "new-password",
          label: "New password",
          type: "password",
          autocomplete: "new-password",
          hint: "At least 8 characters."
        ),
        FormPage.Field(
          name: "new-password-again",
          label: "New password, again",
          type: "password",
          autocomplete: "new-password"
        ),
      ]
    )
    form.lead = ["This signs out all apps and all other browsers. App passwords keep working."]
    return form
  }
}

enum EmailForm {
  static func page(_ visit: AccountVisit, isCodeSent: Bool = false) -> FormPage {
    let account = visit.account
    if visit.request.form["step"] == AccountStep.confirmEmail.rawValue {
      return confirmation(visit)
    }
    let hasCode = isCodeSent || visit.request.text("code") != nil
    var form = FormPage(
      "Change your email",
      .email,
      visit,
      "Change email",
      [
        FormPage.Field(
          name: "email",
          label: "New email",
          type: "email",
          value: visit.request.text("email") ?? "",
          autocomplete: "email"
        ),
        .password,
      ] + (hasCode ? [.code] : [])
    )
    form.lead =
      isCodeSent
      ? ["We sent a code to \(account.email). Enter it together with your password."]
      : ["Your present email is \(account.email)."]
    if account.emailConfirmedAt == nil {
      form.lead.append("It is not confirmed, so you cannot be sure to receive our mail.")
      form.others = [
        FormPage.Button(label: "Send a code to confirm it", hidden: visit.hidden(.sendCode))
      ]
    }
    return form
  }

  static func confirmation(_ visit: AccountVisit) -> FormPage {
    var form = FormPage(
      "Confirm your email",
      .email,
      visit,
      "Confirm",
      step: .confirmEmail,
      [.code]
    )
    form.lead = ["We sent a code to \(visit.account.email)."]
    return form
  }
}

enum HandleForm {
  /// - Parameter domains: those of the server, each with its leading dot.
  static func page(_ visit: AccountVisit, domains: [String]) -> FormPage {
    var form = FormPage(
      "Change your handle",
      .handle,
      visit,
      "Change handle",
      [
        FormPage.Field(
          name: "handle",
          label: "New handle",
          value: visit.request.text("handle") ?? visit.account.handle.string,
          autocomplete: "off",
          hint: """
            Ending in \(DisplayText.choice(domains)), or a domain of your own whose TXT record \
            _atproto is did=\(visit.did).
            """
        )
      ]
    )
    form.lead = ["People find you by your handle. Your posts and followers stay."]
    return form
  }
}

enum AppPasswordForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    var form = FormPage(
      "Create an app password",
      .appPassword,
      visit,
      "Create app password",
      [
        FormPage.Field(
          name: "name",
          label: "Name",
          value: visit.request.text("name") ?? "",
          autocomplete: "off",
          hint: "For example, the name of the app."
        ),
        .password,
      ]
    )
    form.lead = ["For an app that cannot sign in through this page."]
    form.check = FormPage.Check(
      name: "privileged",
      label: "Allow access to direct messages",
      isOn: visit.request.form["privileged"] != nil
    )
    return form
  }
}

enum ActivationForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    guard visit.account.status.isActive else {
      var form = FormPage("Activate your account", .activate, visit, "Activate", [])
      form.lead = ["Your account and your data will be visible again."]
      return form
    }
    var form = FormPage("Deactivate your account", .deactivate, visit, "Deactivate", [.password])
    form.lead = [
      "Nobody will see your account or your data until you activate it again. Nothing is deleted."
    ]
    form.isDangerous = true
    return form
  }
}

enum DeletionForm {
  static func page(_ visit: AccountVisit, isCodeSent: Bool = false) -> FormPage {
    let hasCode = isCodeSent || visit.request.form["step"] == AccountStep.save.rawValue
    var form =
      hasCode
      ? FormPage("Delete your account", .delete, visit, "Delete my account", [.password, .code])
      : FormPage("Delete your account", .delete, visit, "Send the code", step: .sendCode, [])
    form.lead = [
      "@\(visit.account.handle) and all its data will be deleted. This cannot be undone."
    ]
    form.lead.append(
      hasCode
        ? "We sent a code to \(visit.account.email)."
        : "To be sure that it is you, we send a code to \(visit.account.email)."
    )
    form.isDangerous = true
    return form
  }
}
