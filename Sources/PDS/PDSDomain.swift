import ATProtoSyntax
import Logging
import ServiceKit
import XRPCServer

/// The domain types, each constructed with only its dependencies.
struct PDSDomain: Sendable {
  let accounts: Accounts
  let registration: AccountRegistration
  let deletion: AccountDeletion
  let sessions: Sessions
  let appPasswords: AppPasswords
  let invites: Invites
  let identities: Identities
  let repositories: Repositories
  let blobs: Blobs
  let takedowns: Takedowns
  let preferences: Preferences
  let oauth: OAuthDomain

  var lexicons: Lexicons { repositories.lexicons }
  var serviceTokens: ServiceTokens { ServiceTokens(store: sessions.store) }

  init(
    _ configuration: PDSConfiguration,
    _ storage: PDSStorage,
    _ secrets: PDSSecrets,
    _ network: PDSNetwork,
    _ logger: Logger
  ) throws {
    let store = storage.store
    let tids = TIDGenerator()
    let passwords = PasswordHasher(cost: configuration.passwordCost)
    let mailTokens = try MailTokens(store, configuration)
    accounts = Accounts(
      store: store,
      passwords: passwords,
      mailTokens: mailTokens,
      passwordResets: configuration.hasRateLimits ? RateLimiter(AttemptLimits.mails) : nil,
      logger: logger
    )
    identities = Identities(store, network, configuration, mailTokens, tids, logger)
    let lexicons = Lexicons(configuration, store, network, identities.baseURL)
    oauth = OAuthDomain(
      configuration,
      store,
      secrets,
      network,
      permissionSets: lexicons.permissionSets,
      issuer: identities.baseURL
    )
    sessions = Sessions(
      store: store,
      oauth: OAuthAccess(store, oauth.proofs),
      passwords: passwords,
      issuer: try SessionIssuer(key: secrets.sessionKey, configuration),
      refreshGracePeriod: configuration.refreshGracePeriod
    )
    invites = Invites(store, configuration)
    registration = AccountRegistration(
      sessions: sessions,
      identities: identities,
      invites: invites,
      rotationKey: configuration.rotationKey
    )
    blobs = Blobs(storage, configuration, logger)
    deletion = AccountDeletion(accounts: accounts, blobs: blobs, directory: network.directory)
    repositories = Repositories(
      store: store,
      tids: tids,
      lexicons: lexicons,
      scratch: ScratchSpace(directory: storage.scratchDirectory, limit: configuration.scratchLimit)
    )
    appPasswords = AppPasswords(store: store)
    takedowns = Takedowns(store: store)
    preferences = Preferences(store: store)
  }
}
