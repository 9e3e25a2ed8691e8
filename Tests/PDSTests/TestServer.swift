import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import PDS
import SQLiteStorage
import XRPC
import XRPCClient
import XRPCServer

/// A server with its own directory, called without a socket.
final class TestServer: Sendable {
  static let adminPassword = "the administrator's: password"

  let server: PersonalDataServer
  let folder: URL
  let transport: InMemoryTransport
  let network: TestNetwork

  init(
    folder: URL? = nil,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    network: TestNetwork? = nil,
    _ configure: (inout PDSConfiguration) -> Void = { _ in }
  ) throws {
    self.folder =
      folder
      ?? FileManager.default.temporaryDirectory.appendingPathComponent("pds-\(UUID().uuidString)")
    var configuration = PDSConfiguration(
      dataDirectory: self.folder.path,
      port: 0,
      isDevelopment: true
    )
    configuration.adminPassword = Self.adminPassword
    configuration.passwordCost = try PasswordHash.Parameters(logN: 4, r: 8, p: 1)
    configuration.plcDirectory = TestNetwork.directoryURL
    configure(&configuration)
    let network =
      network ?? TestNetwork(allowsPrivateAddresses: configuration.allowsPrivateAddresses)
    self.network = network
    server = try PersonalDataServer(
      configuration,
      storage: .sqlite(configuration),
      logger: logger,
      network: network
    )
    transport = InMemoryTransport(
      server.routes,
      proxyHandler: server.proxyHandler,
      responseFields: server.responseFields
    )
  }

  deinit {
    try? server.close()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Calls anonymously.
  var client: XRPCClient {
    XRPCClient(service: ServiceEndpoint("http://pds.test")!, transport: transport)
  }

  /// Calls with any token.
  func client(token: String) -> XRPCClient {
    client(authorization: "Bearer \(token)")
  }

  /// Calls as the administrator.
  var administrator: XRPCClient {
    client(authorization: "Basic " + Data("admin:\(Self.adminPassword)".utf8).base64EncodedString())
  }

  func client(authorization: String) -> XRPCClient {
    var client = client
    client.headers[.authorization] = authorization
    return client
  }

  func signUp(_ name: String = "alice") async throws -> TestAccount {
    let output = try await client.comAtproto.server.createAccount(.sample(name))
    return TestAccount(server: self, output: output)
  }
}

/// An account of a test server.
struct TestAccount: Sendable {
  /// A collection whose lexicon the server does not know.
  static let collection = "com.example.note"

  let server: TestServer
  var output: ComAtproto.Server.CreateAccount.Output

  var did: FormatString<DID> { output.did }
  var repo: FormatString<ATIdentifier> { FormatString(did.string) }
  var client: XRPCClient { server.client(token: output.accessJwt) }
  var repository: ComAtproto.Repo.Calls { client.comAtproto.repo }

  func create(
    _ record: DataValue,
    rkey: String? = nil,
    swapCommit: String? = nil
  ) async throws -> ComAtproto.Repo.CreateRecord.Output {
    try await repository.createRecord(
      ComAtproto.Repo.CreateRecord.Input(
        repo: repo,
        collection: FormatString(record.type ?? Self.collection),
        rkey: rkey.map { FormatString($0) },
        record: record,
        swapCommit: swapCommit.map { FormatString($0) }
      )
    )
  }

  func put(
    _ record: DataValue,
    rkey: String,
    validate: Bool? = nil,
    swapRecord: Nullable<FormatString<CIDString>>? = nil
  ) async throws -> ComAtproto.Repo.PutRecord.Output {
    try await repository.putRecord(
      ComAtproto.Repo.PutRecord.Input(
        repo: repo,
        collection: FormatString(record.type ?? Self.collection),
        rkey: FormatString(rkey),
        validate: validate,
        record: record,
        swapRecord: swapRecord
      )
    )
  }

  func delete(
    rkey: String,
    in collection: String = Self.collection,
    swapRecord: FormatString<CIDString>? = nil
  ) async throws -> ComAtproto.Repo.DeleteRecord.Output {
    try await repository.deleteRecord(
      ComAtproto.Repo.DeleteRecord.Input(
        repo: repo,
        collection: FormatString(collection),
        rkey: FormatString(rkey),
        swapRecord: swapRecord
      )
    )
  }

  func record(
    _ rkey: String,
    in collection: String = Self.collection
  ) async throws -> ComAtproto.Repo.GetRecord.Output {
    try await server.client.comAtproto.repo.getRecord(
      ComAtproto.Repo.GetRecord.Parameters(
        repo: repo,
        collection: FormatString(collection),
        rkey: FormatString(rkey)
      )
    )
  }

  /// The public key for the account's commits, from its DID document.
  func signingKey() throws -> PublicKey {
    let method = output.didDoc?["verificationMethod"]?[0]
    return try PublicKey(multikey: method?["publicKeyMultibase"]?.string ?? "")
  }

  /// The exported repository with its hashes, tree, and signature verified, and its records by
  /// path.
  func verifiedExport() async throws -> (commit: Commit, records: [String: CID]) {
    let car = try await server.client.comAtproto.sync.getRepo(
      ComAtproto.Sync.GetRepo.Parameters(did: did)
    )
    var roots: [CID] = []
    let store = try MemoryBlockStore(car: await car.collect(), roots: &roots)
    let repository = try Repository(head: roots[0], store: store)
    try repository.commit.verify(signingKey())
    var records: [String: CID] = [:]
    for (key, cid) in try repository.tree.entries() { records[key.description] = cid }
    return (repository.commit, records)
  }
}

extension ComAtproto.Server.CreateAccount.Input {
  static let samplePassword = "correct horse battery"

  static func sample(_ name: String) -> Self {
    Self(
      email: "\(name)@mail.test",
      handle: FormatString("\(name).test"),
      password: Self.samplePassword
    )
  }
}

extension DataValue {
  static func post(_ text: String) -> DataValue {
    [
      "$type": "com.example.note", "text": .string(text),
      "createdAt": "2026-01-02T03:04:05.678Z",
    ]
  }
}
