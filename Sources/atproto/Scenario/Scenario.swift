import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// The steps of the scenario, in order. Each reports what it found, or throws a ``ScenarioFailure``.
struct Scenario {
  /// A record as the client wrote it, and the server's response.
  struct WrittenPost {
    var post: AppBsky.Feed.Post
    var output: ComAtproto.Repo.CreateRecord.Output
    /// The CID that the client computes from the typed record.
    var cid: CID { CID(hashingDAGCBOR: post.cborBytes()) }
    var recordKey: String { output.uri.string.split(separator: "/").last.map(String.init) ?? "" }
  }

  static let handle = "alice.test"
  static let email = "alice@mail.test"
  static let collection = AppBsky.Feed.Post.nsid

  var report: Report
  let network: ScenarioNetwork
  private let address: String
  let plc: PLCDirectoryClient
  private(set) var client: XRPCClient
  /// The client without a session.
  let anonymous: XRPCClient
  let password = SecureRandom.bytes(12).map { String($0, radix: 16) }.joined()

  init(_ network: ScenarioNetwork, report: Report) throws {
    let address = network.firstPDS.address
    guard let service = ServiceEndpoint(address), let url = HTTPURL(network.plc) else {
      throw ScenarioFailure(step: "start the network", reason: "\(address) is not a valid base URL")
    }
    self.network = network
    self.address = address
    self.report = report
    self.plc = PLCDirectoryClient(url: url, transport: AsyncHTTPClientTransport.shared)
    anonymous = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
    client = anonymous
  }

  mutating func run() async throws {
    report.step("start the network", "two PDSs, a relay, a labeler, and an app view")
    try compileSchema()
    try await describeServer()
    let account = try await createAccount()
    try await logIn(account.did)
    let posts = try await writePosts(account.did)
    try await readBack(posts, account.did)
    try await list(posts, account.did)
    let key = try await resolve(account)
    try await export(posts, account.did, key)
    let story = try await authorizeApp(account.did)
    try await call("log out") { client in try await client.logout() }
    report.step("log out", "session ended")
    try await followThroughRelay()
    try await moderate()
    let thread = try await showThread(of: story)
    try await migrate(account.did, thread: thread)
  }

  private mutating func describeServer() async throws {
    let server = try await call("describe the server") { client in
      try await client.comAtproto.server.describeServer()
    }
    guard server.availableUserDomains.contains(".test") else {
      throw ScenarioFailure(step: "describe the server", reason: "no .test handles")
    }
    let domains = server.availableUserDomains.joined(separator: ", ")
    report.step("describe the server", "\(server.did), handles in \(domains)")
  }

  private mutating func createAccount() async throws -> ComAtproto.Server.CreateAccount.Output {
    let step = "create an account"
    let account = try await call(step) { [password] client in
      try await client.comAtproto.server.createAccount(
        ComAtproto.Server.CreateAccount.Input(
          email: Self.email,
          handle: FormatString(Self.handle),
          password: password
        )
      )
    }
    try expect(account.handle.string, Self.handle, step)
    try expect(account.did.isValid, true, step)
    report.step(step, "\(account.handle) is \(account.did)")
    return account
  }

  /// The account's signing key, from its DID document in the PLC directory.
  private mutating func resolve(
    _ account: ComAtproto.Server.CreateAccount.Output
  ) async throws -> PublicKey {
    let step = "resolve the identity"
    do {
      let did = try account.did.parsed()
      let log = try PLCLog(verifying: try await plc.auditLog(of: did), of: did)
      let document = try await plc.document(of: did)
      try expect(document.claimedHandle?.string, Self.handle, step)
      try expect(try document.pds.origin, address, step)
      try expect(log.data?.signingKey, try document.signingKey(), step)
      try expect(account.didDoc, document.value, step)
      report.step(step, "\(log.entries.count) operation in the PLC directory, verified")
      return try document.signingKey()
    } catch let error as IdentityError {
      throw ScenarioFailure(step: step, reason: "\(error)")
    } catch let error as PLCError {
      throw ScenarioFailure(step: step, reason: "\(error)")
    }
  }

  private mutating func logIn(_ did: FormatString<DID>) async throws {
    let step = "log in"
    let session = try await call(step) { [password] client in
      try await client.comAtproto.server.createSession(
        ComAtproto.Server.CreateSession.Input(identifier: Self.handle, password: password)
      )
    }
    client = client.resuming(
      SessionTokens(
        did: session.did,
        handle: session.handle,
        access: session.accessJwt,
        refresh: session.refreshJwt
      )
    )
    let seen = try await call(step) { client in try await client.comAtproto.server.getSession() }
    try expect(seen.did, did, step)
    report.step(step, "as \(seen.handle)")
  }

  private mutating func writePosts(_ did: FormatString<DID>) async throws -> [WrittenPost] {
    let first = try await write(SamplePosts.plain(), did)
    let second = try await write(SamplePosts.annotated(by: did, handle: Self.handle), did)
    let parent = ComAtproto.Repo.StrongRef(uri: first.output.uri, cid: first.output.cid)
    let third = try await write(SamplePosts.reply(to: parent), did)
    return [first, second, third]
  }

  private mutating func write(
    _ post: AppBsky.Feed.Post,
    _ did: FormatString<DID>
  ) async throws -> WrittenPost {
    let step = "write a post"
    let violations = post.validate()
    guard violations.isEmpty else { throw ScenarioFailure(step: step, reason: "\(violations)") }
    let output = try await call(step) { client in
      try await client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: FormatString(did.string),
          collection: FormatString(Self.collection),
          record: post.dataValue
        )
      )
    }
    let written = WrittenPost(post: post, output: output)
    try expect(output.cid.string, written.cid.string, step)
    report.step(step, output.uri.string)
    return written
  }

  private mutating func readBack(_ posts: [WrittenPost], _ did: FormatString<DID>) async throws {
    let step = "read each back, typed"
    for written in posts {
      let output = try await call(step) { client in
        try await client.comAtproto.repo.getRecord(
          ComAtproto.Repo.GetRecord.Parameters(
            repo: FormatString(did.string),
            collection: FormatString(Self.collection),
            rkey: FormatString(written.recordKey)
          )
        )
      }
      try expect(output.cid?.string, written.cid.string, step)
      try expect(try decode(output.value, step), written.post, step)
    }
    report.step(step, "\(posts.count) posts, equal to what was written")
  }

  private mutating func list(_ posts: [WrittenPost], _ did: FormatString<DID>) async throws {
    let step = "list the collection"
    let output = try await call(step) { client in
      try await client.comAtproto.repo.listRecords(
        ComAtproto.Repo.ListRecords.Parameters(
          repo: FormatString(Self.handle),
          collection: FormatString(Self.collection)
        )
      )
    }
    // The newest record comes first.
    try expect(output.records.map(\.uri), posts.reversed().map(\.output.uri), step)
    for (record, written) in zip(output.records, posts.reversed()) {
      try expect(try decode(record.value, step), written.post, step)
    }
    report.step(step, "\(output.records.count) records, newest first")
  }

  private mutating func export(
    _ posts: [WrittenPost],
    _ did: FormatString<DID>,
    _ key: PublicKey
  ) async throws {
    let step = "export the repository"
    let car = try await call(step) { client in
      try await client.comAtproto.sync.getRepo(ComAtproto.Sync.GetRepo.Parameters(did: did))
    }
    try expect(car.contentType, "application/vnd.ipld.car", step)
    let bytes = try await car.collect()
    report.step(step, "CAR of \(bytes.count) bytes")
    let export = try VerifiedExport(car: bytes, did: did, key: key)
    report.step(
      "verify the commit",
      "signature of \(key.didKey.prefix(24))…, rev \(export.commit.rev)"
    )
    report.step("walk the tree", "\(export.records.count) records, \(export.blockCount) blocks")
    let latest = try await call(step) { client in
      try await client.comAtproto.sync.getLatestCommit(
        ComAtproto.Sync.GetLatestCommit.Parameters(did: did)
      )
    }
    try expect(export.commit.cid.string, latest.cid.string, step)
    try compare(posts, export)
  }

  private mutating func compare(_ posts: [WrittenPost], _ export: VerifiedExport) throws {
    let step = "compare CIDs"
    var rows: [[String]] = []
    for written in posts {
      let found = export.records["\(Self.collection)/\(written.recordKey)"]
      rows.append([written.recordKey, "client", written.cid.string])
      rows.append(["", "server", written.output.cid.string])
      rows.append(["", "CAR", found?.cid.string ?? "missing"])
      try expect(written.output.cid.string, written.cid.string, step)
      try expect(found?.cid, written.cid, step)
      try expect(found?.block, written.post.cborBytes(), step)
    }
    try expect(export.records.count, posts.count, step)
    report.step(step, "client, server and CAR agree")
    report.table(["record key", "computed by", "CID"], rows)
  }
}
