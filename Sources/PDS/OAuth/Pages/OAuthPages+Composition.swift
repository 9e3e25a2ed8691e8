import Logging

extension OAuthPages {
  /// Builds the pages from the domain types that they use.
  ///
  /// Throws if a template is not valid.
  init(
    _ configuration: PDSConfiguration,
    _ domain: PDSDomain,
    _ secrets: PDSSecrets,
    _ logger: Logger
  ) throws {
    let baseURL = domain.identities.baseURL
    let limits = configuration.hasRateLimits ? PageLimits() : nil
    let store = domain.sessions.store
    let forms = FormGuard(key: secrets.pageKey, baseURL: baseURL)
    let devices = BrowserDevices(store: store)
    let signIns = SignIns(
      store: store,
      passwords: domain.sessions.passwords,
      devices: devices,
      limits: limits
    )
    shell = try PageShell(PageBrand(configuration), baseURL: baseURL, logger: logger)
    authorize = AuthorizePages(
      shell: shell,
      forms: forms,
      devices: devices,
      signIns: signIns,
      requests: domain.oauth.requests,
      signUps: SignUps(
        registration: domain.registration,
        sessions: domain.sessions,
        signIns: signIns,
        limits: limits,
        handleDomains: domain.identities.handlePolicy.domains
      )
    )
    account = AccountPages(
      shell: shell,
      forms: forms,
      devices: devices,
      signIns: signIns,
      overview: AccountOverview(
        apps: AccountApps(
          sessions: domain.oauth.sessions,
          clients: domain.oauth.clients
        ),
        devices: devices,
        appPasswords: domain.appPasswords,
        invites: domain.invites,
        repositories: domain.repositories
      ),
      changes: AccountChanges(
        accounts: domain.accounts,
        deletion: domain.deletion,
        appPasswords: domain.appPasswords,
        identities: domain.identities,
        signIns: signIns,
        limits: limits
      )
    )
    reset = ResetPages(
      shell: shell,
      forms: forms,
      devices: devices,
      accounts: domain.accounts,
      limits: limits
    )
  }
}

extension PageBrand {
  init(_ configuration: PDSConfiguration) {
    let branding = configuration.oauth.branding
    let links: [(Phrase, String?)] = [
      (.home, branding.homeURL), (.termsOfService, configuration.termsOfServiceURL),
      (.privacyPolicy, configuration.privacyPolicyURL), (.help, branding.supportURL),
    ]
    self.init(
      name: branding.name ?? configuration.hostname,
      logo: branding.logoURL,
      colors: Colors(
        primary: branding.primaryColor,
        error: branding.errorColor,
        warning: branding.warningColor,
        success: branding.successColor
      ),
      links: links.compactMap { label, url in url.map { Link(label: label, url: $0) } }
    )
  }
}
