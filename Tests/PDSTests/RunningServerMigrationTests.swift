import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import HTTPTypes
import Logging
import PLCDirectory
import ServiceKit
import ServiceLifecycle
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

@testable import PDS

/// ``AccountMigrationTests`` with two running servers and a running PLC directory, only through
/// sockets, and with the events of their firehoses.
@Suite struct RunningServerMigrationTests {
  /// One of the two servers, as a client sees it.
  private struct Host {
    let server: TestServer
    let url: String
    /// Without a session.
    let client: XRPCClient
    /// With the session of the migrating account.
    var session: XRPCClient

    init(_ server: TestServer, _ url: String) throws {
      self.server = server
      self.url = url
      client = XRPCClient(
        service: try #require(ServiceEndpoint(url)),
        transport: AsyncHTTPClientTransport.shared
      )
      session = client
    }

    func with(_ token: String) -> XRPCClient {
      var client = client
      client.headers[.authorization] = "Bearer \(token)"
      return client
    }
  }

  private static let record = "com.example.note"

  private static func server(_ name: String, _ directory: HTTPURL) throws -> TestServer {
    let network = TestNetwork(allowsPrivateAddresses: true)
    return try TestServer(network: network) { configuration in
      configuration.hostname = "\(name).test"
      configuration.handleDomains = [".\(name).test"]
      configuration.plcDirectory = directory
    }
  }

  /// Two servers and a PLC directory over sockets.
  private func pair(
    _ body: @escaping @Sendable (Host, Host, PLCDirectoryClient) async throws -> Void
  ) async throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let directory = PLCDirectoryServer(
      PLCOperationDirectory(store: MemoryPLCStore()),
      PLCConfiguration(port: 0),
      logger: logger
    )
    let (addresses, address) = AsyncStream<String>.makeStream()
    let application = directory.application { address.yield($0) }
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    async let running: Void = group.run()
    let url = try #require(await addresses.first { _ in true }.flatMap { HTTPURL($0) })
    let client = PLCDirectoryClient(url: url, transport: AsyncHTTPClientTransport.shared)
    let outcome = await Result { () async throws(any Error) in
      let (first, second) = (try Self.server("one", url), try Self.server("two", url))
      try await first.overSocket { firstURL in
        try await second.overSocket { secondURL in
          try await body(Host(first, firstURL), Host(second, secondURL), client)
        }
      }
    }
    await group.triggerGracefulShutdown()
    try await running
    try outcome.get()
  }

  /// An account with records, a blob, and a preference.
  private func furnish(_ host: Host) async throws -> (Host, FormatString<DID>) {
    var host = host
    var input = ComAtproto.Server.CreateAccount.Input.sample("alice")
    input.handle = "alice.one.test"
    let account = try await host.client.comAtproto.server.createAccount(input)
    host.session = host.with(account.accessJwt)
    let blob = try await host.session.comAtproto.repo.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    ).blob
    let repo = FormatString<ATIdentifier>(account.did.string)
    for index in 0..<30 {
      var note = DataValue.post("\(index)")
      if index == 7 { note["image"] = blob.dataValue }
      _ = try await host.session.comAtproto.repo.createRecord(
        .init(repo: repo, collection: FormatString(Self.record), record: note)
      )
    }
    try await host.session.appBsky.actor.putPreferences(
      .init(preferences: [.adultContentPref(.init(enabled: true))])
    )
    return (host, account.did)
  }

  /// Repository, blobs, and preferences.
  private func copyData(
    _ did: FormatString<DID>,
    from old: Host,
    to new: Host
  ) async throws {
    let car = try await old.session.comAtproto.sync.getRepo(.init(did: did)).collect()
    try await new.session.comAtproto.repo.importRepo(
      RawBody(bytes: car, contentType: "application/vnd.ipld.car")
    )
    for missing in try await new.session.comAtproto.repo.listMissingBlobs().blobs {
      let blob = try await old.session.comAtproto.sync.getBlob(.init(did: did, cid: missing.cid))
      let contentType = blob.contentType
      _ = try await new.session.comAtproto.repo.uploadBlob(
        RawBody(bytes: try await blob.collect(), contentType: contentType)
      )
    }
    let preferences = try await old.session.appBsky.actor.getPreferences().preferences
    try await new.session.appBsky.actor.putPreferences(.init(preferences: preferences))
  }

  /// The old server signs what the new one recommends, and the new one submits it.
  private func moveIdentity(from old: Host, to new: Host) async throws {
    let wanted = try await new.session.comAtproto.identity.getRecommendedDidCredentials()
    try await old.session.comAtproto.identity.requestPlcOperationSignature()
    let operation = try await old.session.comAtproto.identity.signPlcOperation(
      .init(
        token: try old.server.mailedToken(),
        rotationKeys: wanted.rotationKeys,
        alsoKnownAs: wanted.alsoKnownAs,
        verificationMethods: wanted.verificationMethods,
        services: wanted.services
      )
    ).operation
    try await new.session.comAtproto.identity.submitPlcOperation(.init(operation: operation))
  }

  private func finish(from old: Host, to new: Host) async throws {
    try await new.session.comAtproto.server.activateAccount()
    try await old.session.comAtproto.server.deactivateAccount(.init())
  }

  /// The public repository, verified with the key in the PLC directory.
  private func records(
    _ did: FormatString<DID>,
    at host: Host,
    _ directory: PLCDirectoryClient
  ) async throws -> [String: CID] {
    let document = try await directory.document(of: did.parsed())
    #expect(try document.pds.origin == host.url)
    let car = try await host.client.comAtproto.sync.getRepo(.init(did: did)).collect()
    var verifier = RepositoryVerifier()
    var records: [String: CID] = [:]
    try verifier.append(car) { key, cid in records[key.description] = cid }
    let commit = try verifier.finish().commit
    try commit.verify(document.signingKey())
    #expect(commit.did.string == did.string)
    return records
  }

  private func events(_ host: Host, after sequence: Int) async throws -> [String] {
    let log = StoredEventLog(host.server.store)
    return try await log.frames(after: sequence, maximumCount: 100, maximumBytes: 1 << 20).map {
      guard case .message(let type, _) = try EventStreamFrame(bytes: $0.bytes) else { return "" }
      return type
    }
  }

  private func sequence(_ host: Host) async throws -> Int {
    try await StoredEventLog(host.server.store).window()?.upperBound ?? 0
  }

  @Test func accountMigratesWhileBothServersRun() async throws {
    try await pair { one, two, directory in
      let (one, did) = try await furnish(one)
      var two = two
      let before = try await records(did, at: one, directory)
      #expect(before.count == 30)

      // The account on the new server, with a service token from the old one.
      let audience = try await two.client.comAtproto.server.describeServer().did.string
      #expect(audience == "did:web:two.test")
      let token = try await one.session.comAtproto.server.getServiceAuth(
        .init(aud: audience, lxm: "com.atproto.server.createAccount")
      ).token
      var input = ComAtproto.Server.CreateAccount.Input.sample("alice")
      input.did = did
      input.handle = "alice.two.test"
      let made = try await two.with(token).comAtproto.server.createAccount(input)
      #expect(made.did == did)
      two.session = two.with(made.accessJwt)
      // A token works once.
      #expect(
        await refusal { try await two.with(token).comAtproto.server.createAccount(input) }
          .hasPrefix("401 ")
      )

      try await copyData(did, from: one, to: two)
      var status = try await two.session.comAtproto.server.checkAccountStatus()
      #expect(!status.activated && !status.validDid)
      #expect(status.indexedRecords == 30)
      #expect(status.expectedBlobs == 1 && status.importedBlobs == 1)
      #expect(status.privateStateValues == 1)
      // Too early.
      #expect(
        await refusal { try await two.session.comAtproto.server.activateAccount() }
          == "400 InvalidRequest"
      )
      #expect(try await events(two, after: 0) == [])

      try await moveIdentity(from: one, to: two)
      status = try await two.session.comAtproto.server.checkAccountStatus()
      #expect(!status.activated && status.validDid)
      let sequenceAtOne = try await sequence(one)
      try await finish(from: one, to: two)
      #expect(
        try await events(two, after: 0) == ["#identity", "#account", "#identity", "#sync"]
      )
      #expect(try await events(one, after: sequenceAtOne) == ["#account"])

      #expect(try await records(did, at: two, directory) == before)
      #expect(
        await refusal { try await one.client.comAtproto.sync.getRepo(.init(did: did)).collect() }
          == "400 RepoDeactivated"
      )
      let info = try await two.client.comAtproto.identity.resolveIdentity(
        .init(identifier: "alice.two.test")
      )
      #expect(info.did == did && info.handle == "alice.two.test")
      let blob = try #require(
        await two.client.comAtproto.sync.listBlobs(.init(did: did)).cids.first
      )
      let image = try await two.client.comAtproto.sync.getBlob(.init(did: did, cid: blob)).collect()
      #expect(image == BlobTests.png)
      _ = try await two.session.comAtproto.repo.createRecord(
        .init(
          repo: FormatString(did.string),
          collection: FormatString(Self.record),
          record: .post("from two")
        )
      )
      // The old server no longer has a rotation key.
      #expect(
        await refusal {
          try await one.session.comAtproto.identity.updateHandle(.init(handle: "other.one.test"))
        } == "400 InvalidRequest"
      )

      // Back to the account that still exists on the old server.
      let moved = try await records(did, at: two, directory)
      #expect(moved.count == 31)
      try await copyData(did, from: two, to: one)
      try await moveIdentity(from: two, to: one)
      try await finish(from: two, to: one)
      #expect(try await records(did, at: one, directory) == moved)
      let log = try PLCLog(verifying: await directory.auditLog(of: did.parsed()), of: did.parsed())
      #expect(log.entries.count == 3 && log.entries.allSatisfy { !$0.isNullified })
      #expect(log.data?.pds == one.url && log.data?.handle == "alice.one.test")
    }
  }
}
