import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import XRPC
import XRPCClient

extension Scenario {
  private static let step = "follow through a relay"

  /// Accounts of two servers, one relay that crawls both, and a consumer that sees what the accounts
  /// write in one stream, in an order that never changes.
  mutating func followThroughRelay() async throws {
    let servers = [network.firstPDS.address, network.secondPDS.address]
    let relay = try Self.client(network.relay)
    for server in servers {
      try await checked("request a crawl") {
        try await relay.comAtproto.sync.requestCrawl(.init(hostname: Self.hostname(server)))
      }
    }
    report.step("request a crawl", "of \(servers.count) servers")

    let events = try await checked(Self.step) {
      try await relay.subscribe(ComAtproto.Sync.SubscribeRepos.self, .init(cursor: 0))
    }
    var posts: [String: String] = [:]
    var accounts: [(server: String, did: String)] = []
    for (number, server) in servers.enumerated() {
      let (did, uri) = try await write(on: server, as: "relayed\(number).test")
      posts[did] = uri
      accounts.append((server, did))
    }
    let sequences = try await Self.find(posts, in: events)
    report.step(Self.step, "\(posts.count) posts of \(servers.count) servers")

    try await compareHeads(accounts, relay)
    let again = try await checked(Self.step) {
      try await relay.subscribe(ComAtproto.Sync.SubscribeRepos.self, .init(cursor: 0))
    }
    try expect(try await Self.find(posts, in: again), sequences, Self.step)
    report.step("replay the stream", "the same events with the same numbers")
  }

  /// A new account with one post.
  private func write(
    on server: String,
    as handle: String
  ) async throws -> (did: String, uri: String) {
    let client = try Self.client(server)
    return try await checked(Self.step) { [password] in
      let account = try await client.comAtproto.server.createAccount(
        ComAtproto.Server.CreateAccount.Input(
          email: "\(handle)@mail.test",
          handle: FormatString(handle),
          password: password
        )
      )
      let session = client.resuming(
        SessionTokens(
          did: account.did,
          handle: account.handle,
          access: account.accessJwt,
          refresh: account.refreshJwt
        )
      )
      let post = AppBsky.Feed.Post(
        text: "Seen through a relay",
        createdAt: FormatString(Datetime.now)
      )
      let output = try await session.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: FormatString(account.did.string),
          collection: FormatString(Self.collection),
          record: post.dataValue
        )
      )
      return (account.did.string, output.uri.string)
    }
  }

  /// The sequence numbers of commits that create posts, by account. Waits for all of them.
  private static func find(
    _ posts: [String: String],
    in events: XRPCEventStream<ComAtproto.Sync.SubscribeRepos.Message>
  ) async throws -> [String: Int] {
    try await withThrowingTaskGroup(of: [String: Int].self) { group in
      group.addTask {
        var found: [String: Int] = [:]
        for try await event in events {
          guard case .commit(let commit) = event, let uri = posts[commit.repo.string],
            commit.ops.contains(where: { uri.hasSuffix("/\($0.path)") })
          else { continue }
          found[commit.repo.string] = commit.seq
          if found.count == posts.count { break }
        }
        return found
      }
      group.addTask {
        try await Task.sleep(for: ServerProcess.patience)
        throw ScenarioFailure(step: step, reason: "the relay has not sent all posts")
      }
      defer { group.cancelAll() }
      return try await group.next() ?? [:]
    }
  }

  /// Checks that the relay knows the same commits as the servers of the accounts.
  private func compareHeads(_ accounts: [(server: String, did: String)], _ relay: XRPCClient)
    async throws
  {
    for (server, did) in accounts {
      let parameters = ComAtproto.Sync.GetLatestCommit.Parameters(did: FormatString(did))
      let own = try Self.client(server)
      let (seen, real) = try await checked(Self.step) {
        (
          try await relay.comAtproto.sync.getLatestCommit(parameters),
          try await own.comAtproto.sync.getLatestCommit(parameters)
        )
      }
      try expect(seen.cid, real.cid, Self.step)
    }
  }

  /// The name by which a relay on this machine knows a server.
  private static func hostname(_ address: String) throws -> String {
    guard let port = HTTPURL(address)?.port else {
      throw ScenarioFailure(step: step, reason: "\(address) has no port")
    }
    return "localhost:\(port)"
  }
}
