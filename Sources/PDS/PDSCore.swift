import ATProtoCrypto
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Logging
import XRPC
import XRPCAsyncHTTPClient
import XRPCServer

/// What all handlers share.
struct PDSCore: Sendable {
  let configuration: PDSConfiguration
  let serverDID: DID
  let address: ServiceBaseURL
  let store: any PDSStore
  let firehose: Firehose
  let blobFolder: FileBlobstore
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
    logger: Logger,
    network: (any HTTPTransport)? = nil
  ) throws {
    self.configuration = configuration
    self.logger = logger
    serverDID = try configuration.serverDID()
    address = ServiceBaseURL(configuration)
    let firehose = Firehose()
    self.firehose = firehose
    let allowsPrivate = configuration.allowsPrivateAddresses
    let http = network ?? GuardedTransport(policy: allowsPrivate ? .anyNetwork : .publicOnly)
    // For addresses that the operator chose.
    let trusted = network ?? AsyncHTTPClientTransport.shared
    let crawls = CrawlRequests(configuration, trusted, logger)
    let store = try SQLiteStore(folder: configuration.dataDirectory) { entries in
      firehose.publish(entries)
      crawls.eventsCame()
    }
    self.store = store
    blobFolder = try FileBlobstore(
      configuration.blobDirectory ?? configuration.dataDirectory + "/blobs",
      of: try store.name(),
      isEmpty: try !store.hasBlobs()
    )
    scratch = ScratchSpace(folder: blobFolder.incoming, limit: configuration.scratchLimit)
    passwords = PasswordHasher(cost: configuration.passwordCost)
    let key =
      if let secret = configuration.sessionSecret {
        SHA256.hash(Array(secret.utf8)).bytes
      } else {
        try store.secret("session-key") { SymmetricKey().rawRepresentation }
      }
    sessions = SessionIssuer(key: try SymmetricKey(key), audience: serverDID.string, configuration)
    adminPassword =
      try configuration.adminPassword
      ?? (configuration.isDevelopment ? store.adminPassword() : nil)
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

extension SQLiteStore {
  /// The random name of the database, made at the first start.
  fileprivate func name() throws -> String {
    String(
      decoding: try secret(Self.nameKey) { Array(SecureRandom.base32(26).utf8) },
      as: UTF8.self
    )
  }

  /// The one for development, made at the first start.
  fileprivate func adminPassword() throws -> String {
    String(
      decoding: try secret("admin-password") { Array(SecureRandom.base32(15).utf8) },
      as: UTF8.self
    )
  }

  /// The DID of the account that has a handle here; nil where none does.
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
func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
