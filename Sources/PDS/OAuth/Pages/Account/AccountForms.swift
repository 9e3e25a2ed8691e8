import ATProtoAuth
import ATProtoSyntax

// The forms of the account pages. What was entered is shown again, except for passwords.

extension FormPage.Field {
  /// The present password.
  static func password(
    _ language: PageLanguage,
    _ label: Phrase = .password
  ) -> FormPage.Field {
    FormPage.Field(
      name: "password",
      label: language(label),
      type: "password",
      autocomplete: "current-password"
    )
  }

  /// A code from a mail.
  static func code(_ language: PageLanguage) -> FormPage.Field {
    FormPage.Field(name: "code", label: language(.code), autocomplete: "one-time-code")
  }
}

extension FormPage {
  /// A form of the account pages.
  fileprivate init(
    _ title: Phrase,
    _ section: AccountSection,
    _ visit: AccountVisit,
    _ submit: Phrase,
    step: AccountStep = .save,
    _ fields: [Field]
  ) {
    self.init(
      title: visit.language(title),
      action: visit.url(section),
      hidden: visit.hidden(step),
      fields: fields,
      submit: visit.language(submit),
      more: [More(text: "", label: visit.language(.backToAccount), url: visit.url())]
    )
  }
}

enum PasswordForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    let language = visit.language
    var form = FormPage(
      .changePassword,
      .password,
      visit,
      .changePasswordButton,
      [
        .password(language, .currentPassword),
        FormPage.Field(
          name: "new-password",
          label: language(.newPassword),
          type: "password",
          autocomplete: "new-password",
          hint: language(.passwordHint)
        ),
        FormPage.Field(
          name: "new-password-again",
          label: language(.newPasswordAgain),
          type: "password",
          autocomplete: "new-password"
        ),
      ]
    )
    form.lead = [language(.changePasswordLead)]
    return form
  }
}

enum EmailForm {
  static func page(_ visit: AccountVisit, isCodeSent: Bool = false) -> FormPage {
    let (account, language) = (visit.account, visit.language)
    if visit.request.form["step"] == AccountStep.confirmEmail.rawValue {
      return confirmation(visit)
    }
    let hasCode = isCodeSent || visit.request.text("code") != nil
    var form = FormPage(
      .changeEmail,
      .email,
      visit,
      .changeEmailButton,
      [
        FormPage.Field(
          name: "email",
          label: language(.newEmail),
          type: "email",
          value: visit.request.text("email") ?? "",
          autocomplete: "email"
        ),
        .password(language),
      ] + (hasCode ? [.code(language)] : [])
    )
    form.lead = [
      language(isCodeSent ? .codeSentForEmail(to: account.email) : .presentEmail(account.email))
    ]
    if account.emailConfirmedAt == nil {
      form.lead.append(language(.emailUnconfirmed))
      form.others = [
        FormPage.Button(label: language(.sendConfirmationCode), hidden: visit.hidden(.sendCode))
      ]
    }
    return form
  }

  static func confirmation(_ visit: AccountVisit) -> FormPage {
    var form = FormPage(
      .confirmEmail,
      .email,
      visit,
      .confirm,
      step: .confirmEmail,
      [.code(visit.language)]
    )
    form.lead = [visit.language(.codeSent(to: visit.account.email))]
    return form
  }
}

enum HandleForm {
  /// - Parameter domains: those of the server, each with its leading dot.
  static func page(_ visit: AccountVisit, domains: [String]) -> FormPage {
    let language = visit.language
    var form = FormPage(
      .changeHandle,
      .handle,
      visit,
      .changeHandleButton,
      [
        FormPage.Field(
          name: "handle",
          label: language(.newHandle),
          value: visit.request.text("handle") ?? visit.account.handle.string,
          autocomplete: "off",
          hint: language(.newHandleHint(domains: domains, did: visit.did.string))
        )
      ]
    )
    form.lead = [language(.changeHandleLead)]
    return form
  }
}

enum AppPasswordForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    let language = visit.language
    var form = FormPage(
      .createAppPassword,
      .appPassword,
      visit,
      .createAppPasswordButton,
      [
        FormPage.Field(
          name: "name",
          label: language(.name),
          value: visit.request.text("name") ?? "",
          autocomplete: "off",
          hint: language(.nameHint)
        ),
        .password(language),
      ]
    )
    form.lead = [language(.createAppPasswordLead)]
    form.check = FormPage.Check(
      name: "privileged",
      label: language(.allowMessages),
      isOn: visit.request.form["privileged"] != nil
    )
    return form
  }
}

enum ActivationForm {
  static func page(_ visit: AccountVisit) -> FormPage {
    let language = visit.language
    guard visit.account.status.isActive else {
      var form = FormPage(.activateAccount, .activate, visit, .activate, [])
      form.lead = [language(.activateLead)]
      return form
    }
    var form = FormPage(
      .deactivateAccount,
      .deactivate,
      visit,
      .deactivate,
      [.password(language)]
    )
    form.lead = [language(.deactivateLead)]
    form.isDangerous = true
    return form
  }
}

enum DeletionForm {
  static func page(_ visit: AccountVisit, isCodeSent: Bool = false) -> FormPage {
    let (account, language) = (visit.account, visit.language)
    let hasCode = isCodeSent || visit.request.form["step"] == AccountStep.save.rawValue
    var form =
      hasCode
      ? FormPage(
        .deleteAccount,
        .delete,
        visit,
        .deleteAccountButton,
        [.password(language), .code(language)]
      ) : FormPage(.deleteAccount, .delete, visit, .sendCode, step: .sendCode, [])
    form.lead = [
      language(.deleteLead(handle: account.handle.string)),
      language(hasCode ? .codeSent(to: account.email) : .willSendCode(to: account.email)),
    ]
    form.isDangerous = true
    return form
  }
}
