import ComAtprotoAPI
import Logging
import ServiceKit
import XRPC
import XRPCServer

/// The composition root: creates the domain types, and passes each handler the domain types that it
/// uses.
struct PDSServices: Sendable {
  let storage: PDSStorage
  let secrets: PDSSecrets
  let firehose: EventBroadcast
  let domain: PDSDomain
  let server: ServerHandler
  let repo: RepoHandler
  let sync: SyncHandler
  let identity: IdentityHandler
  let admin: AdminHandler
  let preferences: PreferencesHandler
  let proxy: ProxyHandler
  /// Everything outside of XRPC.
  let web: PDSWeb

  var lexicon: LexiconHandler { LexiconHandler(lexicons: domain.lexicons.cache) }

  init(
    _ configuration: PDSConfiguration,
    _ storage: PDSStorage,
    _ network: PDSNetwork,
    _ logger: Logger
  ) throws {
    let secrets = try PDSSecrets(configuration, storage.store)
    let domain = try PDSDomain(configuration, storage, secrets, network, logger)
    let sessions = domain.sessions
    let administrator = Administrator(passwords: secrets.adminPassword.map { [$0] } ?? [])
    let limits = configuration.hasRateLimits ? CallLimits() : nil
    self.storage = storage
    self.secrets = secrets
    firehose = EventBroadcast(log: StoredEventLog(storage.store))
    self.domain = domain
    server = ServerHandler(
      description: try ComAtproto.Server.DescribeServer.Output(configuration),
      accounts: domain.accounts,
      registration: domain.registration,
      deletion: domain.deletion,
      sessions: sessions,
      appPasswords: domain.appPasswords,
      invites: domain.invites,
      identities: domain.identities,
      serviceTokens: domain.serviceTokens,
      services: try ServiceAuthentication(configuration, network.directory),
      administrator: administrator,
      limits: limits
    )
    repo = RepoHandler(
      repositories: domain.repositories,
      blobs: domain.blobs,
      sessions: sessions,
      identities: domain.identities,
      schemas: domain.lexicons.schemas,
      hasAppView: configuration.appView != nil,
      limits: limits
    )
    sync = SyncHandler(
      repositories: domain.repositories,
      blobs: domain.blobs,
      hiddenData: HiddenDataAccess(sessions: sessions, administrator: administrator)
    )
    identity = IdentityHandler(identities: domain.identities, sessions: sessions, limits: limits)
    admin = AdminHandler(
      administrator: administrator,
      moderators: try Moderators(administrator, configuration, network.directory),
      accounts: domain.accounts,
      deletion: domain.deletion,
      identities: domain.identities,
      invites: domain.invites,
      takedowns: domain.takedowns
    )
    preferences = try PreferencesHandler(domain.preferences, sessions, configuration)
    proxy = try ProxyHandler(configuration, network, sessions, domain.serviceTokens)
    web = PDSWeb(
      parts: [
        OAuthEndpoints(
          oauth: domain.oauth,
          limits: configuration.hasRateLimits ? OAuthLimits() : nil
        ),
        try OAuthPages(configuration, domain, secrets, logger),
      ],
      wellKnown: WellKnown(
        configuration: configuration,
        did: try configuration.serverDID(),
        baseURL: domain.identities.baseURL,
        accounts: domain.accounts
      )
    )
  }
}
