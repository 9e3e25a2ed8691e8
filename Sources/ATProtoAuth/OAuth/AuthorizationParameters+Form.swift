import ATProtoSyntax

extension AuthorizationParameters {
  /// Checks the parameters of a request against the client's metadata.
  ///
  /// Values of `scope` that mean nothing are dropped. Throws an ``OAuthError`` that names the
  /// parameter.
  public init(form: FormParameters, client: OAuthClientMetadata) throws(OAuthError) {
    try Self.refuseUnsupported(form)
    guard try form.required("client_id") == client.id.string else {
      throw OAuthError(.invalidRequest, "client_id is not that of the client")
    }
    guard try form.required("response_type") == "code" else {
      throw OAuthError(.unsupportedResponseType, "response_type must be code")
    }
    let redirectURI = try form.required("redirect_uri")
    guard client.accepts(redirectURI: redirectURI) else {
      throw OAuthError(
        .invalidRequest,
        "redirect_uri '\(redirectURI.prefix(100))' is not declared in the client metadata"
      )
    }
    self.init(
      clientID: client.id.string,
      redirectURI: redirectURI,
      scope: try Self.scope(form, client),
      state: form["state"],
      codeChallenge: try Self.challenge(form)
    )
    try readOptional(form)
  }

  mutating func readOptional(_ form: FormParameters) throws(OAuthError) {
    // RFC 6749, A.5: *VSCHAR; other text is returned as it came, control characters are not.
    guard (state?.utf8.count ?? 0) <= Self.maximumStateLength,
      !(state?.utf8.contains { $0 < 0x20 || $0 == 0x7F } ?? false)
    else {
      throw OAuthError(
        .invalidRequest,
        "state must not have more than \(Self.maximumStateLength) bytes or control characters"
      )
    }
    if let text = form["response_mode"] {
      guard let mode = ResponseMode(rawValue: text) else {
        throw OAuthError(.invalidRequest, "response_mode must be query, fragment or form_post")
      }
      responseMode = mode
    }
    if let text = form["prompt"] {
      guard let value = Prompt(rawValue: text) else {
        throw OAuthError(
          .invalidRequest,
          "prompt must be none, login, consent, select_account or create"
        )
      }
      prompt = value
    }
    loginHint = try form["login_hint"].map(Self.loginHint)
    // Hints about the user interface: what is not understood does not matter.
    locales = (form["ui_locales"] ?? "").split(separator: " ").prefix(10)
      .compactMap { (try? Language(String($0)))?.string }
    display = form["display"].flatMap(Display.init)
    if let text = form["dpop_jkt"] {
      guard text.utf8.count == 43, Base64.url.decode(text) != nil else {
        throw OAuthError(.invalidRequest, "dpop_jkt is not a SHA-256 thumbprint in base64url")
      }
      dpopThumbprint = text
    }
    if let text = form["max_age"] {
      guard let seconds = Int(text), seconds >= 0 else {
        throw OAuthError(.invalidRequest, "max_age must be a number of seconds")
      }
      maximumAge = seconds
    }
  }

  private static func refuseUnsupported(_ form: FormParameters) throws(OAuthError) {
    // RFC 9126, 2.1: "The request_uri authorization request parameter is one exception, and it MUST
    // NOT be provided."
    if form["request_uri"] != nil {
      throw OAuthError(.invalidRequest, "request_uri is not allowed in a pushed request")
    }
    // RFC 9101, 6.1, by which a server may do without request objects.
    if form["request"] != nil {
      throw OAuthError(.requestNotSupported, "request objects (request) are not supported")
    }
    if form["authorization_details"] != nil {
      throw OAuthError(.invalidAuthorizationDetails, "authorization_details are not supported")
    }
    // OpenID Connect, which the protocol does not use.
    for name in ["claims", "id_token_hint", "nonce"] where form[name] != nil {
      throw OAuthError(.invalidRequest, "\(name) is not supported")
    }
  }

  private static func scope(
    _ form: FormParameters,
    _ client: OAuthClientMetadata
  ) throws(OAuthError) -> OAuthScope {
    guard let text = form["scope"] else {
      throw OAuthError(.invalidScope, "scope is required and must contain atproto")
    }
    let scope = try OAuthScope(text)
    guard text.utf8.count <= OAuthScope.maximumRequestLength,
      scope.values.count <= OAuthScope.maximumRequestCount
    else { throw OAuthError(.invalidScope, "scope is too long") }
    guard scope.hasATProto else { throw OAuthError(.invalidScope, "scope must contain atproto") }
    guard !scope.values.contains("openid") else {
      throw OAuthError(.invalidScope, "openid: OpenID Connect is not supported")
    }
    // "Must be a subset of the scopes declared in client metadata."
    let declared = Set(client.scope.values)
    if let value = scope.values.first(where: { !declared.contains($0) }) {
      throw OAuthError(
        .invalidScope,
        "'\(value.prefix(200))' is not declared in the scope of the client metadata"
      )
    }
    return scope.filter(OAuthScope.isMeaningful)
  }

  /// "PKCE is mandatory for all Authorization Requests", and "the `plain` method is not allowed".
  private static func challenge(_ form: FormParameters) throws(OAuthError) -> String {
    guard let challenge = form["code_challenge"] else {
      throw OAuthError(.invalidRequest, "code_challenge is required (PKCE)")
    }
    // RFC 7636, 4.3: "Defaults to "plain" if not present in the request".
    guard form["code_challenge_method"] == PKCE.method else {
      throw OAuthError(.invalidRequest, "code_challenge_method must be S256")
    }
    guard PKCE.isChallenge(challenge) else {
      throw OAuthError(.invalidRequest, "code_challenge is not a SHA-256 hash in base64url")
    }
    return challenge
  }

  private static func loginHint(_ text: String) throws(OAuthError) -> String {
    let hint = text.lowercased()
    if (try? Handle(hint)) != nil { return hint }
    if let did = try? DID(hint), did.method == "plc" || did.method == "web" { return hint }
    throw OAuthError(.invalidRequest, "login_hint must be a handle or a DID")
  }
}
