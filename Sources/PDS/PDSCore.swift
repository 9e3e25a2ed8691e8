import ATProtoCrypto
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
  let address: ServiceAddress
  let store: any PDSStore
  let firehose: Firehose
  let blobFolder: BlobFolder
  /// Each holds one of the store's readers.
  let exports = Permits(2)
  /// Each takes memory for the paths of its records.
  let imports = Permits(1)
  let passwords: PasswordHasher
  let sessions: SessionIssuer
  /// For addresses that strangers choose.
  let http: any HTTPTransport
  /// A variable for tests.
  var identities: any IdentityDirectory
  /// Nil where nothing is counted.
  let limits: CallLimits?
  let administrators: AdminBasic?
  let postOffice: PostOffice
  let logger: Logger
  /// For record keys and revisions.
  let tids: TIDGenerator

  init(_ configuration: PDSConfiguration, logger: Logger) throws {
    self.configuration = configuration
    self.logger = logger
    serverDID = try configuration.serverDID()
    address = ServiceAddress(configuration)
    let firehose = Firehose()
    self.firehose = firehose
    let store = try SQLiteStore(folder: configuration.dataDirectory) { firehose.publish($0) }
    self.store = store
    blobFolder = try BlobFolder(
      configuration.blobDirectory ?? configuration.dataDirectory + "/blobs"
    )
    passwords = PasswordHasher(cost: configuration.passwordCost)
    let key = try store.secret("session-key") { SymmetricKey().rawRepresentation }
    sessions = SessionIssuer(key: try SymmetricKey(key), audience: serverDID.string, configuration)
    administrators = configuration.adminPassword.map(AdminBasic.init)
    postOffice = try PostOffice(configuration)
    tids = TIDGenerator()
    let allowsPrivate = configuration.allowsPrivateAddresses
    let http = GuardedTransport(policy: allowsPrivate ? .development : .publicOnly)
    self.http = http
    identities = CachingIdentityDirectory(
      BaseIdentityDirectory(
        plc: PLCDirectoryClient(transport: http),
        handles: HandleResolver(transport: http),
        transport: http,
        allowsLocalhost: allowsPrivate
      )
    )
    limits = configuration.hasRateLimits ? CallLimits() : nil
  }
}

/// Seconds since 1970.
func currentSeconds() -> Int {
  Int(Datetime.Instant.now.seconds)
}
