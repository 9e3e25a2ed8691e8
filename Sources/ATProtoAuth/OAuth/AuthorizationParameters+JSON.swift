import ATProtoData
import ATProtoSyntax

extension AuthorizationParameters {
  /// The parameters as they are sent in a form.
  public var form: FormParameters {
    var values = [
      "response_type": "code", "client_id": clientID, "redirect_uri": redirectURI,
      "scope": scope.description, "code_challenge": codeChallenge,
      "code_challenge_method": PKCE.method,
    ]
    values["state"] = state
    if responseMode != .query { values["response_mode"] = responseMode.rawValue }
    values["prompt"] = prompt?.rawValue
    values["login_hint"] = loginHint
    if !locales.isEmpty { values["ui_locales"] = locales.joined(separator: " ") }
    values["display"] = display?.rawValue
    values["dpop_jkt"] = dpopThumbprint
    values["max_age"] = maximumAge.map(String.init)
    return FormParameters(values)
  }

  /// The parameters as a JSON object of strings, for storage.
  public var json: [UInt8] {
    let form = form
    var object = DataObject()
    for name in form.names { object[name] = form[name].map(DataValue.string) }
    return DataValue.object(object).jsonBytes()
  }

  /// Reads parameters that were stored as ``json``, without a check against the client's metadata.
  ///
  /// Throws ``OAuthError/Code/serverError`` if the text is not of this form.
  public init(json: [UInt8]) throws(OAuthError) {
    do throws(OAuthError) {
      let form = try FormParameters(json: json)
      self.init(
        clientID: try form.required("client_id"),
        redirectURI: try form.required("redirect_uri"),
        scope: try OAuthScope(form.required("scope")),
        state: form["state"],
        codeChallenge: try form.required("code_challenge")
      )
      try readOptional(form)
    } catch {
      throw OAuthError(.serverError, "the stored request is damaged: \(error.reason)")
    }
  }
}
