import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import RelayTestSupport
import ServiceKit
import Testing
import XRPC
import XRPCClient

@testable import Relay

/// What a malicious host sends does not reach consumers, is counted by reason, and delays no other
/// host.
@Suite struct HostileHostTests {
  /// A relay with a host that behaves and one that does not.
  struct Scene: Sendable {
    let network: RelayFixture
    let relay: TestRelay
    /// An account of the host that behaves, which the relay knows.
    let victim: SimulatedAccount

    var good: SimulatedHost { network.hosts[0] }
    var evil: SimulatedHost { network.hosts[1] }

    var droppedEvents: [DroppedEvent] {
      relay.server.services.work.pipeline.droppedEvents.recent(500).filter { $0.host == evil.name }
    }

    func view(_ host: SimulatedHost) async throws -> HostView {
      let name = try HostName(host.name, allowsLocal: true)
      return try #require(try await relay.server.services.work.hosts.view(of: name))
    }

    /// Waits until events of the malicious host have been dropped and counted.
    func drops(_ reason: SyncRejection.Reason, count: Int = 1) async throws -> Bool {
      let registry = try #require(relay.server.metrics).registry
      return try await until {
        droppedEvents.count { $0.reason == reason } >= count
          && registry.counts("relay_validator_rejected_total")[reason.rawValue, default: 0] >= count
      }
    }

    /// Waits until the relay lists an account.
    func knows(_ account: SimulatedAccount) async throws -> Bool {
      try await until {
        let views = try await relay.client.comAtproto.sync.listRepos().repos
        return views.contains { $0.did.string == account.did.string }
      }
    }

    /// Sends a commit from the host that behaves, and waits for it at a consumer.
    func otherHostIsServed() async throws -> Bool {
      let message = victim.nextMessage()
      good.emit(.commit(message))
      return try await until {
        // Until the first event, the account is unknown.
        let status = try? await relay.client.comAtproto.sync.getRepoStatus(
          .init(did: FormatString(victim.did))
        )
        return status?.rev?.string == message.rev && status?.active == true
      }
    }

    /// Whether everything of the malicious host has left the memory.
    func isForgotten() async throws -> Bool {
      // Lookups that failed are repeated after up to a minute.
      for _ in 0..<9 where try await view(evil).waiting > 0 {
        _ = try await until { try await view(evil).waiting == 0 }
      }
      return try await view(evil).waiting == 0
    }
  }

  private func run(
    _ body: @escaping @Sendable (Scene) async throws -> Void
  ) async throws {
    try await RelayFixture.run(hosts: 2) { network in
      let victim = network.makeAccount(on: network.hosts[0])
      var configuration = TestRelay.configuration(network.plc)
      configuration.metricsAddress = .anyPort
      try await TestRelay.run(configuration) { relay in
        for host in network.hosts {
          try await relay.crawl(host)
          #expect(try await until { host.connectionCount == 1 })
        }
        network.hosts[0].announce(victim)
        let scene = Scene(network: network, relay: relay, victim: victim)
        #expect(try await scene.otherHostIsServed())
        try await body(scene)
        #expect(try await scene.otherHostIsServed())
        #expect(try await scene.isForgotten())
      }
    }
  }

  /// An account of the malicious host, which the relay knows.
  private func accomplice(_ scene: Scene) async throws -> SimulatedAccount {
    let account = scene.network.makeAccount(on: scene.evil)
    scene.evil.announce(account)
    #expect(try await scene.knows(account))
    return account
  }

  // MARK: Frames

  @Test func framesOfFiveMegabytesAreRefused() async throws {
    try await run { scene in
      let account = try await accomplice(scene)
      for _ in 0..<20 {
        var message = account.nextMessage()
        message.blocks = Array(repeating: 0, count: 4_900_000)
        scene.evil.emit(.commit(message))
      }
      #expect(try await scene.drops(.tooLarge, count: 20))
    }
  }

  static let bombs: [(name: String, blocks: [UInt8])] = [
    ("nothing", []),
    ("a header of 2^63 bytes", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ("an endless number", Array(repeating: 0xff, count: 1_000_000)),
    ("a million empty sections", Array(repeating: 0, count: 1_000_000)),
    ("nested arrays", [0xff, 0xff, 0x3d] + Array(repeating: 0x81, count: 999_999)),
  ]

  @Test(arguments: bombs.map(\.name))
  func bombsInsteadOfBlocksAreRefused(_ name: String) async throws {
    let blocks = try #require(Self.bombs.first { $0.name == name }?.blocks)
    try await run { scene in
      let account = try await accomplice(scene)
      var message = account.nextMessage()
      message.blocks = blocks
      scene.evil.emit(.commit(message))
      #expect(try await until { !scene.droppedEvents.isEmpty })
      let expected: Set<SyncRejection.Reason> = [.malformedCAR, .missingBlock, .tooLarge]
      #expect(scene.droppedEvents.allSatisfy { expected.contains($0.reason) })
    }
  }

  @Test func malformedFramesOnlyEndTheConnection() async throws {
    try await run { scene in
      scene.evil.send(Array(repeating: 0x9f, count: 100_000))
      let isClosed = try await until { scene.evil.connectionCount == 0 }
      #expect(isClosed)
    }
  }

  @Test func slowSocketsDelayOnlyTheirHost() async throws {
    try await run { scene in
      // The first bytes of a frame of 5,000 bytes, and then one at a time.
      scene.evil.sendRaw([0x82, 126, 0x13, 0x88])
      for byte in 0..<20 {
        scene.evil.sendRaw([UInt8(byte)])
        if byte == 10 { #expect(try await scene.otherHostIsServed()) }
      }
      // A handshake that does not end.
      scene.evil.behavior.replies["/xrpc/com.atproto.sync.subscribeRepos"] =
        .raw(Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: web".utf8))
      scene.evil.dropConnections()
      let isCalled = try await until {
        scene.evil.requests.count { $0.path == "/xrpc/com.atproto.sync.subscribeRepos" } == 2
      }
      #expect(isCalled)
    }
  }

  @Test func floodFillsNothingButItsOwnWindow() async throws {
    try await run { scene in
      let account = try await accomplice(scene)
      scene.network.plc.isDown = true
      for _ in 0..<5000 {
        scene.evil.emit(
          .account(
            AccountMessage(did: SimulatedAccount.randomDID().string, isActive: true, status: nil)
          )
        )
      }
      #expect(try await until { try await scene.view(scene.evil).waiting >= 40 })
      #expect(try await scene.otherHostIsServed())
      #expect(try await scene.view(scene.evil).waiting <= 40 + 1024)
      scene.network.plc.isDown = false
      // What has waited is decided; the rest comes later.
      scene.evil.dropConnections()
      await scene.evil.stop()
      _ = account
    }
  }

  @Test func thousandsOfUnknownAccountsAreRefused() async throws {
    try await run { scene in
      let count = 10_000
      for _ in 0..<count {
        scene.evil.emit(
          .account(
            AccountMessage(did: SimulatedAccount.randomDID().string, isActive: true, status: nil)
          )
        )
      }
      #expect(try await scene.otherHostIsServed())
      let isDone = try await until {
        for _ in 0..<5 where try await scene.view(scene.evil).row.cursor ?? 0 < count {
          try await Task.sleep(for: .milliseconds(200))
        }
        return try await scene.view(scene.evil).row.cursor == count
      }
      #expect(isDone)
      #expect(scene.droppedEvents.allSatisfy { $0.reason == .noIdentity })
      let repos = try await scene.relay.client.comAtproto.sync.listRepos().repos
      #expect(repos.map(\.did.string) == [scene.victim.did.string])
    }
  }

  // MARK: Accounts

  @Test func hostCannotSendEventsForAccountsOfOtherHosts() async throws {
    try await run { scene in
      // After #identity, the next refresh would not be due for a minute.
      let account = scene.network.makeAccount(on: scene.good)
      scene.good.emit(account.lastCommit)
      #expect(try await scene.knows(account))
      // A lookup that began before an event does not decide it. One lookup is enough if it begins
      // after all three events.
      scene.network.plc.isDown = true
      scene.evil.emit(account.commit())
      scene.evil.emit(
        .account(AccountMessage(did: account.did.string, isActive: false, status: "deleted"))
      )
      scene.evil.emit(account.sync)
      #expect(try await until { try await scene.view(scene.evil).waiting == 3 })
      let lookups = scene.network.plc.lookups(of: account.did)
      #expect(try await until { scene.network.plc.lookups(of: account.did) > lookups })
      scene.network.plc.isDown = false
      #expect(try await scene.drops(.wrongHost, count: 3))
      // The commit was genuine, so the account's next commit depends on it.
      let head = account.head
      scene.good.emit(account.lastCommit)
      let isAccepted = try await until {
        let status = try await scene.relay.client.comAtproto.sync.getRepoStatus(
          .init(did: FormatString(account.did))
        )
        return status.rev?.string == head.rev.string && status.active
      }
      #expect(isAccepted)
    }
  }

  @Test func forgedSignaturesAreRefused() async throws {
    try await run { scene in
      let account = try await accomplice(scene)
      let key = account.key
      account.key = PrivateKey(generating: .p256)
      let forged = account.commit()
      account.key = key
      scene.evil.emit(forged)
      #expect(try await scene.drops(.badSignature))
    }
  }

  @Test func documentsThatNameNoHostAreRefused() async throws {
    try await run { scene in
      for pds in ["http://169.254.169.254", "file:///etc/passwd", "http://[::1", ""] {
        let account = SimulatedAccount(pds: pds)
        scene.network.plc.add(account)
        scene.evil.add(account)
        scene.evil.emit(account.lastCommit)
      }
      let isRefused = try await scene.drops(.noIdentity, count: 4)
      #expect(isRefused)
    }
  }

  // MARK: Calls

  static let answers: [(name: String, reply: SimulatedReply)] = [
    ("redirect loop", .redirect(to: "/xrpc/com.atproto.sync.getRepo")),
    ("redirect to a private address", .redirect(to: "http://10.0.0.1/")),
    ("redirect to a port", .redirect(to: "http://example.com:22/")),
    ("hang-up", .hangUp), ("not a CAR", .response(200, body: [1, 2, 3])),
    ("zeros", .response(200, body: Array(repeating: 0, count: 1 << 20))),
    ("half a response", .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n".utf8))),
  ]

  @Test(arguments: answers.map(\.name))
  func repositoryThatCannotBeFetchedHarmsNothingElse(_ name: String) async throws {
    let reply = try #require(Self.answers.first { $0.name == name }?.reply)
    try await run { scene in
      let account = try await accomplice(scene)
      scene.evil.behavior.replies["/xrpc/com.atproto.sync.getRepo"] = reply
      _ = account.commit()
      scene.evil.emit(account.commit())
      let isCalled = try await until {
        scene.evil.requests.contains { $0.path == "/xrpc/com.atproto.sync.getRepo" }
      }
      #expect(isCalled)
      #expect(try await scene.otherHostIsServed())
      if name == "half a response" {
        // The fetch is still waiting for bytes.
        await scene.evil.stop()
      }
      #expect(try await scene.drops(.desynchronized))
      #expect(
        scene.evil.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" } <= 4
      )
    }
  }
}
