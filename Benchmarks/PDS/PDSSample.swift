import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import PDS
import PLCDirectory
import SQLiteStorage
import ServiceKit
import XRPC
import XRPCClient
import XRPCServer

/// The data of a server with many accounts, one of which has many records.
struct PDSSample {
  struct Account {
    var did: String
    var token: String
    /// The access token of an OAuth session, bound to ``PDSSample/key``.
    var oauthToken: String
  }

  let folder: String
  private(set) var accounts: [Account] = []
  /// The DPoP key of all OAuth sessions.
  let key = DPoPKey()

  /// - Parameter directory: the PLC directory for new identities; nil if none are created.
  static func server(
    _ folder: String,
    directory: HTTPURL? = nil
  ) throws -> PersonalDataServer {
    var configuration = PDSConfiguration(dataDirectory: folder, port: 0, isDevelopment: true)
    if let directory { configuration.plcDirectory = directory }
    // Hashing ten thousand passwords would take minutes, and is not what is measured.
    configuration.passwordCost = try PasswordHash.Parameters(logN: 4, r: 8, p: 1)
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    return try PersonalDataServer(
      configuration,
      storage: .sqlite(configuration),
      logger: logger
    )
  }

  init(folder: String, accounts count: Int, records: Int) async throws {
    self.folder = folder
    let directory = PLCDirectoryServer(
      PLCOperationDirectory(store: MemoryPLCStore()),
      PLCConfiguration(port: 0),
      logger: Logger(label: "directory") { _ in SwiftLogNoOpLogHandler() }
    )
    let (addresses, address) = AsyncStream<String>.makeStream()
    let running = Task { try await directory.run { address.yield($0) } }
    defer { running.cancel() }
    let url = await addresses.first { _ in true }.flatMap { HTTPURL($0) }
    let server = try Self.server(folder, directory: url)
    defer { try? server.close() }
    guard let service = ServiceEndpoint("http://pds.test") else { throw CancellationError() }
    let client = XRPCClient(service: service, transport: InMemoryTransport(server.routes))
    // Many concurrent writes share a sync.
    for start in stride(from: 0, to: count, by: 32) {
      accounts += try await withThrowingTaskGroup(of: Account.self) { group in
        for index in start..<min(start + 32, count) {
          group.addTask { try await Self.signUp(index, client) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
    if let first = accounts.first { try await Self.fill(first, records, client) }
    try await grantSessions(server.store)
  }

  private static func signUp(_ index: Int, _ client: XRPCClient) async throws -> Account {
    let output = try await client.comAtproto.server.createAccount(
      ComAtproto.Server.CreateAccount.Input(
        email: "user\(index)@mail.test",
        handle: FormatString("user\(index).test"),
        password: "correct horse battery"
      )
    )
    return Account(
      did: output.did.string,
      token: output.accessJwt,
      oauthToken: SecureRandom.base32(32)
    )
  }

  /// Puts the OAuth sessions into the store: what it takes to grant them is not measured.
  private func grantSessions(_ store: any PDSStore) async throws {
    let now = currentSeconds()
    let sessions = try accounts.map { account in
      OAuthSession(
        id: account.oauthToken,
        did: try DID(account.did),
        clientID: "https://app.example.com/client.json",
        scope: "atproto transition:generic",
        tokenScope: "atproto transition:generic",
        binding: OAuthBinding(dpopThumbprint: key.thumbprint),
        createdAt: now,
        refreshedAt: now,
        expiresAt: now + 86_400,
        accessHash: SHA256.hash(Array(account.oauthToken.utf8)).bytes,
        accessExpiresAt: now + 86_400
      )
    }
    try await store.write { transaction in
      for session in sessions { try transaction.oauth.set(session) }
    }
  }

  private static func fill(_ account: Account, _ count: Int, _ client: XRPCClient) async throws {
    var client = client
    client.headers[.authorization] = "Bearer \(account.token)"
    for start in stride(from: 0, to: count, by: 200) {
      _ = try await client.comAtproto.repo.applyWrites(
        ComAtproto.Repo.ApplyWrites.Input(
          repo: FormatString(account.did),
          writes: (start..<min(start + 200, count)).map { index in
            .create(
              ComAtproto.Repo.ApplyWrites.Create(
                collection: "app.bsky.feed.post",
                value: [
                  "$type": "app.bsky.feed.post", "createdAt": "2026-01-02T03:04:05.678Z",
                  "text": .string("post \(index): \(String(repeating: "words and ", count: 12))"),
                ]
              )
            )
          }
        )
      )
    }
  }
}
