import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import RelayTestSupport
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// Kills a relay, and its hosts, while accounts write: nothing is lost, repeated, or numbered anew.
///
/// The log has a maximum size, so that files are sealed and deleted in the meantime. The takedown
/// of one account is applied or reversed right before the relay is killed. In every third cycle, a
/// host is killed while the relay is down, and in every third one while the relay reads from it.
///
/// `RELAY_KILL_CYCLES` is the number of kills; the default keeps the suite short.
@Suite(.serialized) struct RelayKillTests {
  private static let cycles =
    ProcessInfo.processInfo.environment["RELAY_KILL_CYCLES"].flatMap(Int.init) ?? 8

  /// indigo PR 825 and #1068.
  @Test func everyCommitArrivesExactlyOnceAcrossKills() async throws {
    let network = try await KillNetwork()
    try await network.begin()
    let consumer = KillConsumer(network.relay.address)
    let following = Task { await consumer.run() }
    defer { following.cancel() }
    #expect(try await until { try await network.isFollowed(by: consumer) })

    var acknowledged: Set<String> = []
    for cycle in 0..<Self.cycles {
      let writes = Task { [accounts = network.accounts] in
        await withTaskGroup(of: [String].self) { group in
          for account in accounts { group.addTask { await account.write() } }
          return await group.reduce(into: []) { $0 += $1 }
        }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 5...400)))
      let host = network.hosts[cycle / 3 % network.hosts.count]
      if cycle % 3 == 1 {
        host.end(SIGKILL)
        try await host.start()
        // Half of the time, the relay is killed before it has reconnected to the host.
        if cycle / 6 % 2 == 0 { #expect(try await network.isReconnected(host, consumer)) }
      }
      // A decision of the administrator is durable when the response arrives.
      if cycle % 5 == 2 { try await network.decide() }
      network.relay.end(SIGKILL)
      // Accounts go on writing while the relay is down.
      if cycle % 3 == 0 {
        host.end(SIGKILL)
        try await host.start()
      }
      writes.cancel()
      for key in await writes.value where !network.isOfTarget(key) {
        #expect(acknowledged.insert(key).inserted)
      }
      try await network.relay.start()
      if cycle % 5 == 2 { try await network.checkDecision() }
    }
    try await network.end()
    try await network.verify(acknowledged, consumer)
  }
}

/// A PLC directory, two PDS, and a relay, all in processes of their own.
private final class KillNetwork {
  private let folder: TemporaryFolder
  private let plc: ServiceProcess
  let hosts: [ServiceProcess]
  let relay: ServiceProcess
  private(set) var accounts: [KillAccount] = []
  /// The account that the administrator takes down. It also writes, but its commits are not
  /// counted.
  private var target: KillAccount?
  private var isTakenDown = false
  /// What the hosts had sent before everything was followed.
  private var before: [[String]] = []

  private static let password = "long enough for a test"

  init() async throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let plc = try await ServiceProcess(["plc", "serve", "--dev"], in: folder.path, name: "plc")
    self.plc = plc
    var hosts: [ServiceProcess] = []
    for index in 0..<2 {
      hosts.append(
        try await ServiceProcess(
          [
            "pds", "serve", "--dev", "--log-level", "error", "--data", "\(folder.path)/pds\(index)",
          ],
          in: folder.path,
          name: "pds\(index)",
          environment: ["PDS_DID_PLC_URL=\(plc.address)"]
        )
      )
    }
    self.hosts = hosts
    relay = try await ServiceProcess(
      ["relay", "serve", "--dev"],
      in: folder.path,
      name: "relay",
      environment: [
        "RELAY_PLC_HOST=\(plc.address)", "RELAY_PERSIST_DIR=\(folder.path)/persist",
        "DATABASE_URL=sqlite://\(folder.path)/relay.sqlite", "LOG_LEVEL=error",
        "RELAY_MAX_LOG_SIZE=8MB", "RELAY_ADMIN_PASSWORD=\(Self.password)",
      ],
      port: { ["--bind", "127.0.0.1:\($0)"] }
    )
  }

  /// Has the relay follow the hosts, and creates accounts.
  func begin() async throws {
    for (index, host) in hosts.enumerated() {
      let port = host.address.split(separator: ":").last ?? ""
      try await relay.client.comAtproto.sync.requestCrawl(.init(hostname: "localhost:\(port)"))
      for number in 0..<2 {
        accounts.append(try await KillAccount(host, "user\(number)-host\(index)", toggles: false))
      }
      accounts.append(try await KillAccount(host, "toggle-host\(index)", toggles: true))
    }
    let target = try await KillAccount(hosts[0], "target", toggles: false)
    accounts.append(target)
    self.target = target
  }

  /// Whether a key from ``KillConsumer/key(_:)`` is that of an event or a commit of the account
  /// that the administrator takes down.
  func isOfTarget(_ key: String) -> Bool {
    target.map { key.contains($0.did) } ?? false
  }

  // MARK: Decisions

  /// Takes the account down, or reverses the takedown.
  func decide() async throws {
    let path = isTakenDown ? "reverseTakedown" : "takeDown"
    let answer = try await administer(.post, path, ["did": .string(target?.did ?? "")])
    #expect(answer["success"] == "true")
    isTakenDown.toggle()
  }

  /// Checks that the relay remembers the decision after it was killed.
  func checkDecision() async throws {
    let dids = try await administer(.get, "takedowns")["dids"]?.array ?? []
    let expected = isTakenDown ? [target?.did ?? ""] : []
    #expect(dids.compactMap(\.string) == expected)
  }

  /// Reverses the last takedown, so that the account has the same status as at its host.
  func end() async throws {
    if isTakenDown { try await decide() }
  }

  private func administer(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: DataValue? = nil
  ) async throws -> DataValue {
    let url = try #require(HTTPURL("\(relay.address)/admin/repo/\(path)"))
    let credentials = Data("admin:\(Self.password)".utf8).base64EncodedString()
    let answer = try await AsyncHTTPClientTransport.shared.send(
      url.request(
        method,
        [.authorization: "Basic \(credentials)", .contentType: "application/json"]
      ),
      body: body.map { $0.jsonBytes() },
      options: TransportOptions(timeout: .seconds(30))
    )
    return answer.json
  }

  /// Whether the first event of every account has arrived.
  func isFollowed(by consumer: KillConsumer) async throws -> Bool {
    let keys = consumer.keys
    guard accounts.allSatisfy({ account in keys.contains { $0.contains(account.did) } }) else {
      return false
    }
    var events: [[String]] = []
    for host in hosts { events.append(try await Self.events(of: host)) }
    before = events
    // What the hosts have sent so far has arrived or never will.
    return true
  }

  /// Whether a commit that the host has made since it was started again arrives through the relay.
  func isReconnected(_ host: ServiceProcess, _ consumer: KillConsumer) async throws -> Bool {
    guard let account = accounts.first(where: { $0.host === host }) else { return false }
    let head = try await host.client.comAtproto.sync.getLatestCommit(
      .init(did: FormatString(account.did))
    )
    let prefix = "commit \(account.did) "
    return try await until {
      consumer.keys.contains { $0.hasPrefix(prefix) && $0 > prefix + head.rev.string }
    }
  }

  /// All events of a server's log.
  private static func events(of server: ServiceProcess) async throws -> [String] {
    let consumer = KillConsumer(server.address)
    let reading = Task { await consumer.run() }
    defer { reading.cancel() }
    var count = -1
    repeat {
      count = consumer.keys.count
      try await Task.sleep(for: .milliseconds(500))
    } while count != consumer.keys.count || count == 0
    return consumer.keys
  }

  func verify(_ acknowledged: Set<String>, _ consumer: KillConsumer) async throws {
    var expected: [String] = []
    for (host, before) in zip(hosts, before) {
      expected += try await Self.events(of: host).dropFirst(before.count)
    }
    // Every acknowledged commit is in the log of its host.
    #expect(acknowledged.isSubset(of: expected))
    #expect(!acknowledged.isEmpty)
    // A `#sync` with the known revision is dropped.
    let wanted = Set(expected.filter { !$0.hasPrefix("sync ") && !isOfTarget($0) })
    let missing = { wanted.subtracting(consumer.keys) }
    for _ in 0..<600 where !missing().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
    #expect(missing().sorted().prefix(5) == [])
    let problems = consumer.state.withLock { $0.problems }
    #expect(problems == [])
    var counts: [String: Int] = [:]
    // Changes found by a fetch may be announced again if the relay is killed at that moment.
    for key in consumer.keys where !isOfTarget(key) { counts[key, default: 0] += 1 }
    #expect(counts.filter { $0.value > 1 }.keys.sorted().prefix(5) == [])
    // The relay made no event of its own: no chain was broken.
    let known = Set(before.joined()).union(expected)
    let own = Set(consumer.keys.filter { !isOfTarget($0) }).subtracting(known)
    #expect(own.sorted().prefix(5) == [])
    checkTakedowns(consumer.keys.filter(isOfTarget))
    try await verifyReplay(consumer)

    for account in accounts where !isOfTarget(account.did) {
      let head = try await account.host.client.comAtproto.sync.getLatestCommit(
        .init(did: FormatString(account.did))
      )
      let known = try await relay.client.comAtproto.sync.getLatestCommit(
        .init(did: FormatString(account.did))
      )
      #expect(head.cid == known.cid && head.rev == known.rev)
    }
  }

  /// No commit follows a takedown until it is reversed.
  private func checkTakedowns(_ keys: [String]) {
    var isHidden = false
    for key in keys {
      if key.hasPrefix("account ") {
        isHidden = key.hasSuffix(" takendown")
      } else if key.hasPrefix("commit ") || key.hasPrefix("sync ") {
        #expect(!isHidden, "\(key)")
      }
    }
  }

  /// A second consumer reads the same events from the log, as far as the log goes back. It also
  /// sees events that were hidden while the account was taken down.
  private func verifyReplay(_ consumer: KillConsumer) async throws {
    let second = KillConsumer(relay.address)
    let reading = Task { await second.run() }
    defer { reading.cancel() }
    let last = consumer.state.withLock { $0.last }
    for _ in 0..<600 where second.state.withLock({ $0.last }) < last {
      try await Task.sleep(for: .milliseconds(100))
    }
    let all = consumer.state.withLock { $0.frames }
    let replayed = second.state.withLock { $0.frames }
    let first = try #require(replayed.keys.min())
    for (sequence, digest) in all where (first...last).contains(sequence) {
      #expect(replayed[sequence] == digest, "\(sequence)")
    }
    let more = Set(second.keys).subtracting(consumer.keys).filter { !isOfTarget($0) }
    #expect(more.sorted().prefix(5) == [])
  }
}

/// An account that writes, or one that is deactivated and activated again.
private struct KillAccount: Sendable {
  let did: String
  private let client: XRPCClient
  private let toggles: Bool
  let host: ServiceProcess

  init(_ host: ServiceProcess, _ name: String, toggles: Bool) async throws {
    let output = try await host.client.comAtproto.server.createAccount(
      .init(
        email: "\(name)@mail.test",
        handle: FormatString("\(name).test"),
        password: "long enough for a test"
      )
    )
    did = output.did.string
    var client = host.client
    client.headers[.authorization] = "Bearer \(output.accessJwt)"
    self.client = client
    self.toggles = toggles
    self.host = host
  }

  /// Writes until the task is canceled.
  ///
  /// - Returns: what was acknowledged, as ``KillConsumer/key(_:)`` names it.
  func write() async -> [String] {
    var acknowledged: [String] = []
    while !Task.isCancelled {
      do {
        if toggles {
          try await client.comAtproto.server.deactivateAccount(.init())
          try await client.comAtproto.server.activateAccount()
          try await Task.sleep(for: .milliseconds(20))
        } else {
          let output = try await client.comAtproto.repo.createRecord(
            .init(
              repo: FormatString(did),
              collection: "com.example.note",
              record: ["$type": "com.example.note", "text": "hello"]
            )
          )
          if let commit = output.commit {
            acknowledged.append("commit \(did) \(commit.rev.string)")
          }
        }
      } catch {
        // The host is down.
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    if toggles { try? await Self.finish(client) }
    return acknowledged
  }

  /// Leaves the account active.
  private static func finish(_ client: XRPCClient) async throws {
    let task = Task { try await client.comAtproto.server.activateAccount() }
    try await task.value
  }
}
