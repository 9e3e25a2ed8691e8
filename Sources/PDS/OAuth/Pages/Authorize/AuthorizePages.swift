import ATProtoAuth
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import ServiceKit

/// The pages of `/oauth/authorize`: signing in, creating an account, choosing one, and deciding about
/// an app (OAuth specification, "Authorization Requests" and "Authorization Interface").
struct AuthorizePages: Sendable {
  let shell: PageShell
  let forms: FormGuard
  let devices: BrowserDevices
  let signIns: SignIns
  let requests: AuthorizationRequests
  let signUps: SignUps

  func response(to request: PageRequest) async throws -> Response {
    try FormGuard.checkIsOpened(request.headers)
    switch request.method {
    // A look at the page that changes nothing, neither here nor in the browser: a preview of a link
    // must not bind the request to whoever made it.
    case .head:
      let page = MessagePage(title: request.language(.signIn), lead: [])
      return shell.response(page.page(in: request.language))
    case .get, .post: break
    default: throw PageProblem.methodNotAllowed("GET, HEAD, POST")
    }
    let page = try await open(request)
    do {
      return try await respond(to: request, page)
    } catch {
      return shell.response(error, in: page.language)
    }
  }

  private func respond(to request: PageRequest, _ page: PendingPage) async throws -> Response {
    guard request.method == .post else { return try await show(page, request) }
    try forms.check(request, page.purpose, on: page.device)
    guard let action = request.form["step"].flatMap(PendingPage.Action.init) else {
      throw PageProblem.foreignForm
    }
    return try await perform(action, page, request)
  }

  private func open(_ request: PageRequest) async throws -> PendingPage {
    guard let client = request.query["client_id"], let uri = request.query["request_uri"] else {
      throw PageProblem.invalidRequest(.nothingAsked)
    }
    let device = try await devices.device(
      DeviceCookies(request.headers),
      from: request.client.origin
    )
    let pending = try await requests.open(requestURI: uri, clientID: client, device: device.id)
    return PendingPage(pending, device, forms, request.headers)
  }

  // MARK: Pages

  private func show(_ page: PendingPage, _ request: PageRequest) async throws -> Response {
    let proof = request.query["proof"]
    let flow = AuthorizationFlow(
      prompt: page.parameters.prompt,
      hint: page.parameters.loginHint,
      candidates: try await candidates(page, proof: proof),
      wish: AuthorizationFlow.Wish(
        step: request.query["step"].flatMap(AuthorizationFlow.Wish.Step.init),
        account: request.query["account"].flatMap { try? DID($0) }
      ),
      allowsSilence: page.pending.client.allowsSilentApproval
    )
    switch flow.step {
    case .signIn(let identifier):
      return shell.response(
        signInPage(page, identifier: identifier).page(in: page.language, .ok, .authorization),
        page.device
      )
    case .signUp:
      return shell.response(
        signUps.page(page, SignUpForm(page.parameters.loginHint))
          .page(in: page.language, .ok, .authorization),
        page.device
      )
    case .choose(let accounts): return shell.response(choicePage(page, accounts), page.device)
    case .consent(let account):
      return shell.response(consentPage(page, account, proof: proof).page, page.device)
    case .inactive(let account):
      return shell.response(inactivePage(page, account), page.device)
    case .approve(let account): return try await approve(page, account.did)
    case .deny(let error): return try await deny(page, error)
    }
  }

  /// The accounts that are signed in and that the request allows.
  private func candidates(
    _ page: PendingPage,
    proof: String?
  ) async throws -> [AuthorizationFlow.Candidate] {
    let now = currentSeconds()
    let times = Dictionary(
      page.device.signIns.map { ($0.did, $0.authenticatedAt) },
      uniquingKeysWith: max
    )
    let signedIn = try await signIns.accounts(on: page.device, for: page.purpose)
      .filter(page.pending.admits)
    var candidates: [AuthorizationFlow.Candidate] = []
    for account in signedIn {
      let hasProof = forms.isProof(proof, of: account.did, page.purpose, on: page.device.id)
      let age = now - (times[account.did] ?? 0)
      let isRecent = page.parameters.maximumAge.map { age <= $0 } ?? true
      candidates.append(
        AuthorizationFlow.Candidate(
          account: account,
          isFresh: hasProof || (isRecent && page.parameters.prompt != .login),
          hasConsented: try await requests.isAgreed(page.pending, by: account.did)
        )
      )
    }
    return candidates
  }

  private func signInPage(
    _ page: PendingPage,
    identifier: String?,
    error: String? = nil
  ) -> FormPage {
    let language = page.language
    var form = SignInForm.page(
      in: language,
      title: .signIn,
      identifier: identifier ?? "",
      error: error,
      action: page.url(),
      hidden: page.hidden(.signIn)
    )
    form.lead = [language(.appAsksForAccess(server: shell.brand.name))]
    form.client = page.client
    form.others = [FormPage.Button(label: language(.cancel), hidden: page.hidden(.deny))]
    form.more.insert(
      FormPage.More(
        text: language(.newHere),
        label: language(.createAnAccount),
        url: page.url(.init(step: .signUp))
      ),
      at: 0
    )
    return form
  }

  private func choicePage(_ page: PendingPage, _ accounts: [Account]) -> Page {
    let language = page.language
    return AccountsPage(
      language: language,
      lead: language(.appAsksForAnAccount(server: shell.brand.name)),
      client: page.client,
      action: page.url(),
      accounts: accounts.map { account in
        (account, page.hidden(.select, [("account", account.did.string)]))
      },
      others: [
        FormPage.Button(label: language(.useAnotherAccount), hidden: page.hidden(.another)),
        FormPage.Button(label: language(.cancel), hidden: page.hidden(.deny), style: "plain"),
      ],
      policy: PagePolicy(images: page.client.images, leavesServer: true)
    ).page
  }

  private func consentPage(
    _ page: PendingPage,
    _ account: Account,
    proof: String?
  ) -> ConsentPage {
    let languages = page.languages.forTexts
    let sets = page.pending.scope.includes.compactMap { include in
      page.pending.sets[include.nsid].map { set in
        ConsentPage.PermissionSetText(
          nsid: include.description,
          title: set.title(in: languages) ?? include.nsid.string,
          detail: set.detail(in: languages),
          sentences: PermissionWords(set.permissions(audience: include.audience)).sentences
        )
      }
    }
    let chosen: [FormPage.Hidden] =
      [("account", account.did.string)] + (proof.map { [("proof", $0)] } ?? [])
    return ConsentPage(
      language: page.language,
      client: page.client,
      isDevelopment: page.pending.client.isDevelopment,
      account: account,
      sets: sets,
      sentences: PermissionWords.sentences(of: page.pending.scope),
      destination: page.destination,
      action: page.url(),
      accept: page.hidden(.accept, chosen),
      deny: page.hidden(.deny),
      // The request is for this account.
      others: page.isRestricted
        ? []
        : [
          FormPage.Button(
            label: page.language(.useAnotherAccount),
            hidden: page.hidden(.another)
          )
        ]
    )
  }

  private func inactivePage(_ page: PendingPage, _ account: Account) -> Page {
    let language = page.language
    var message = MessagePage(
      title: language(.accountIsDeactivated),
      lead: [language(.accountIsDeactivatedLead(handle: account.handle.string))]
    )
    message.action = page.url()
    message.others = [FormPage.Button(label: language(.backToApp), hidden: page.hidden(.deny))]
    message.links = [
      MessagePage.Link(label: language(.openAccountPage), url: AccountPages.path)
    ]
    message.policy = .authorization
    return message.page(in: language)
  }

  // MARK: Actions

  private func perform(
    _ action: PendingPage.Action,
    _ page: PendingPage,
    _ request: PageRequest
  ) async throws -> Response {
    switch action {
    case .signIn: return try await signIn(page, request)
    case .signUp:
      let outcome = try await signUps.perform(page, request)
      switch outcome {
      case .refused(let form):
        return shell.response(
          form.page(in: page.language, .badRequest, .authorization),
          page.device
        )
      case .done(let did, let device):
        return shell.redirect(to: page.urlAfterSignIn(did), device)
      }
    case .select:
      let did = try account(request)
      return shell.redirect(to: page.url(.init(account: did)), page.device)
    case .another:
      return shell.redirect(to: page.url(.init(step: .signIn)), page.device)
    case .accept:
      let did = try account(request)
      let candidates = try await candidates(page, proof: request.form["proof"])
      guard let candidate = candidates.first(where: { $0.account.did == did }), candidate.isFresh,
        candidate.account.status.isActive
      else { return shell.redirect(to: page.url(.init(account: did)), page.device) }
      return try await approve(page, did, scope: ConsentPage.granted(page.pending.scope, request))
    case .deny:
      return try await deny(page, OAuthError(.accessDenied, "the account owner denied access"))
    }
  }

  private func account(_ request: PageRequest) throws -> DID {
    guard let did = request.form["account"].flatMap({ try? DID($0) }) else {
      throw PageProblem.foreignForm
    }
    return did
  }

  private func signIn(_ page: PendingPage, _ request: PageRequest) async throws -> Response {
    let form = SignInForm(request)
    do {
      var attempt = try form.attempt(page.purpose)
      attempt.admits = page.pending.admits
      let (account, device) = try await signIns.signIn(
        attempt,
        on: page.device,
        from: request.client
      )
      return shell.redirect(to: page.urlAfterSignIn(account.did), device)
    } catch let error as SignInError {
      let phrase = SignInForm.phrase(error, expected: page.parameters.loginHint)
      let again = signInPage(page, identifier: form.identifier, error: page.language(phrase))
      return shell.response(
        again.page(in: page.language, .badRequest, .authorization),
        page.device
      )
    }
  }

  /// - Parameter scope: nil for all that was asked for.
  private func approve(
    _ page: PendingPage,
    _ did: DID,
    scope: OAuthScope? = nil
  ) async throws -> Response {
    send(
      try await requests.approve(
        page.pending.id,
        device: page.device.id,
        did: did,
        scope: scope?.description
      ),
      page
    )
  }

  private func deny(_ page: PendingPage, _ error: OAuthError) async throws -> Response {
    send(
      try await requests.deny(page.pending.id, device: page.device.id, error),
      page
    )
  }

  private func send(_ answer: AuthorizationResponse, _ page: PendingPage) -> Response {
    guard answer.mode == .formPost else { return shell.redirect(to: answer.location, page.device) }
    return shell.response(FormPostPage(answer, page.language).page, page.device)
  }
}
