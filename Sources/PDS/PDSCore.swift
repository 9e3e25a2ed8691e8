import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import Logging
import ServiceKit
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// What all handlers share.
struct PDSCore: Sendable {
  let configuration: PDSConfiguration
  let serverDID: DID
  let address: ServiceBaseURL
  let store: any PDSStore
  let firehose: EventBroadcast
  let blobstore: any Blobstore
  let blobLifecycle: BlobLifecycle
  /// For files of requests that are under way.
  let files = BlockingQueue(label: "files")
  let scratch: ScratchSpace
  /// Each holds one of the store's readers.
  let exports = AsyncSemaphore(2)
  /// Each takes memory for the paths of its records.
  let imports = AsyncSemaphore(1)
  let passwords: PasswordHasher
  let sessions: SessionIssuer
  /// For addresses that strangers choose.
  let http: any HTTPTransport
  /// A variable for tests.
  var identities: any IdentityDirectory
  let plc: PLCDirectoryClient
  /// Knows who calls from another server in an account's name.
  let services: ServiceAuthentication
  /// Nil where nothing is counted.
  let limits: CallLimits?
  let adminPassword: String?
  let administrators: AdminBasic?
  let postOffice: Mailer
  let logger: Logger
  /// For record keys and revisions.
  let tids: TIDGenerator

  /// - Parameter network: for all outgoing calls, in place of the network itself, for tests.
  init(
    _ configuration: PDSConfiguration,
    storage: PDSStorage,
    logger: Logger,
    network: (any HTTPTransport)? = nil
  ) throws {
    self.configuration = configuration
    self.logger = logger
    serverDID = try configuration.serverDID()
    address = ServiceBaseURL(configuration)
    let allowsPrivate = configuration.allowsPrivateAddresses
    let http = network ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    // For addresses that the operator chose.
    let trusted = network ?? AsyncHTTPClientTransport.shared
    let store = storage.store
    self.store = store
    CrawlRequests(configuration, trusted, logger).follow(store.eventSignal)
    firehose = EventBroadcast(log: StoredEventLog(store))
    let (sessionKey, developmentPassword) = try store.setUp { transaction in
      let secrets = transaction.secrets
      let needsPassword = configuration.isDevelopment && configuration.adminPassword == nil
      return (
        configuration.sessionSecret == nil ? try secrets.sessionKey() : [],
        needsPassword ? try secrets.developmentPassword() : nil
      )
    }
    blobstore = storage.blobs
    blobLifecycle = BlobLifecycle(store, storage.blobs)
    scratch = ScratchSpace(
      folder: storage.scratchDirectory,
      limit: configuration.scratchLimit
    )
    passwords = PasswordHasher(cost: configuration.passwordCost)
    let key =
      if let secret = configuration.sessionSecret {
        SHA256.hash(Array(secret.utf8)).bytes
      } else {
        sessionKey
      }
    sessions = SessionIssuer(key: try SymmetricKey(key), audience: serverDID.string, configuration)
    adminPassword = configuration.adminPassword ?? developmentPassword
    administrators = adminPassword.map(AdminBasic.init)
    postOffice = try Mailer(configuration)
    tids = TIDGenerator()
    self.http = http
    plc = PLCDirectoryClient(url: configuration.plcDirectory, transport: trusted)
    let identities = CachingIdentityDirectory(
      BaseIdentityDirectory(
        plc: plc,
        handles: HandleResolver(
          txt: network == nil ? SystemTXTResolver() : FixedTXTResolver(),
          transport: http
        ),
        transport: http,
        allowsLocalhost: allowsPrivate,
        known: { handle async throws(IdentityError) in try await store.holder(of: handle) }
      )
    )
    self.identities = identities
    services = ServiceAuthentication(
      audiences: [serverDID.string, "\(serverDID)#atproto_pds"],
      directory: identities
    )
    limits = configuration.hasRateLimits ? CallLimits() : nil
  }
}

extension PDSStore {
  /// The DID of the account here that has a handle; nil if there is none.
  fileprivate func holder(of handle: Handle) async throws(IdentityError) -> DID? {
    do {
      return try await read { transaction in
        try transaction.accounts.account(handle.normalized)?.did
      }
    } catch {
      throw IdentityError(.unreachable, "the accounts of this server could not be read")
    }
  }
}

/// Seconds since 1970.
package func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
