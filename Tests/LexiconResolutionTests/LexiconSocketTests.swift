import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import LexiconResolution
import Synchronization
import TestSupport
import Testing
import XRPCAsyncHTTPClient

/// Resolution over real sockets: a name server, a PLC directory, and a PDS on this machine.
@Suite struct LexiconSocketTests {
  typealias Fixture = DNSMessageFixture

  /// Loopback is allowed; limits are generous, because the machine may be busy.
  static let settings = LexiconNetworkSettings(
    allowsLoopback: true,
    limits: LexiconLimits(dnsTimeout: .seconds(60), fetchTimeout: .seconds(60))
  )

  static func resolver(
    _ names: any TXTResolver,
    _ server: ScriptedHTTPServer,
    _ settings: LexiconNetworkSettings = settings,
    hosts: [String: [IPAddress]] = [:]
  ) -> LexiconResolver {
    let transport = GuardedTransport(
      policy: settings.addressPolicy,
      resolver: FixedHostResolver(hosts)
    )
    // The operator names the PLC directory.
    let plc = PLCDirectoryClient(
      url: HTTPURL("http://127.0.0.1:\(server.port)")!,
      transport: GuardedTransport(policy: .development)
    )
    return LexiconResolver(
      txt: names,
      directory: BaseIdentityDirectory(
        plc: plc,
        handles: HandleResolver(txt: names, transport: transport),
        transport: transport
      ),
      transport: transport,
      settings: settings
    )
  }

  /// Answers for a repository, with a PDS that a test scripts or on the same port.
  static func server(
    _ repository: TestRepository,
    pds: String? = nil,
    record: (@Sendable (ScriptedHTTPServer.Connection) -> Void)? = nil
  ) throws -> ScriptedHTTPServer {
    let port = Mutex(0)
    let server = try ScriptedHTTPServer { target, connection in
      if target == "/\(repository.did)" {
        let own = "http://127.0.0.1:\(port.withLock { $0 })"
        connection.respond("200 OK", Array(repository.didDocument(pds: pds ?? own).utf8))
      } else if let nsid = target.components(after: "&rkey=").flatMap({ try? NSID($0) }) {
        if let record { return record(connection) }
        guard let proof = try? repository.proof(of: nsid) else { return }
        connection.respond("200 OK", proof, ["Content-Type: application/vnd.ipld.car"])
      } else {
        connection.respond("404 Not Found", [])
      }
    }
    port.withLock { $0 = server.port }
    return server
  }

  static let names = FixedTXTResolver([TestNetwork.domain: ["did=\(TestRepository.did)"]])
  static let reference = LexiconReference("com.example.note" as NSID)

  static func fails(
    _ code: LexiconError.Code,
    _ resolver: LexiconResolver,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    let error = await #expect(throws: LexiconError.self, sourceLocation: sourceLocation) {
      try await resolver.resolve(reference)
    }
    #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: sourceLocation)
  }

  // MARK: Name servers

  @Test(
    "a document is resolved with a real name server",
    .enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base")
  )
  func documentIsResolvedWithARealNameServer() async throws {
    let server = try Self.server(TestRepository(["com.example.note"]))
    let names = try NameServer([
      (TestNetwork.domain, "v=spf1 -all"),
      (TestNetwork.domain, "did=did:plc:,aaaaaaaaaaaa,aaaaaaaaaaaa"),
      ("_lexicon.two.com", "did=did:web:a.example.org"),
      ("_lexicon.two.com", "did=did:web:b.example.org"),
    ])
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      let txt = SystemTXTResolver(server: SystemTXTResolver.Server("127.0.0.1:\(names.port)"))
      let resolver = Self.resolver(txt, server)
      do throws(LexiconError) {
        let found = try await resolver.resolve(Self.reference)
        #expect(found.record == TestRepository.document("com.example.note"))
        await #expect(throws: LexiconError(.authorityNotFound, "")) {
          try await resolver.authority(of: "com.none.note")
        }
        await #expect(throws: LexiconError(.authorityAmbiguous, "")) {
          try await resolver.authority(of: "com.two.note")
        }
        return
      } catch {
        // The name server may still be starting.
        guard error.isTemporary, ContinuousClock.now < deadline else { throw error }
        try names.revive()
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  @Test("answers of a hostile name server give no DID, or the right one")
  func hostileNameServerGivesNoWrongDID() async throws {
    let right = "did=\(TestRepository.did)"
    let wrong = "did=did:web:evil.example.org"
    let cases: [(LexiconError.Code?, @Sendable (inout Fixture) -> Void)] = [
      (nil, { $0.addText([right]) }),
      (
        nil,
        {
          $0.addText([wrong], name: Fixture.name("_lexicon.evil.org"))
          $0.addText([wrong], name: Fixture.name("_lexicon.sub.example.com"))
          $0.add(Fixture.cname, Fixture.name("real.example.net"))
          $0.addText([right], name: Fixture.name("real.example.net"))
        }
      ),
      (.authorityNotFound, { $0.addText([wrong], name: Fixture.name("example.com")) }),
      (.authorityNotFound, { _ in }),
      (.authorityNotFound, { $0.flags |= 3 }),
      (
        .authorityAmbiguous,
        {
          $0.addText([right])
          $0.add(Fixture.txt, [5] + Array("did=".utf8) + [0xFF])
        }
      ),
      (.authorityMalformed, { $0.add(Fixture.txt, [5] + Array("did=".utf8) + [0xFF]) }),
      (
        .dnsFailure,
        {
          $0.addText([wrong])
          $0.flags |= 2
        }
      ),
      (
        .dnsFailure,
        {
          $0.addText([wrong])
          $0.flags |= 5
        }
      ),
      (
        .dnsFailure,
        {
          $0.addText([wrong])
          $0.answerCount = 7
        }
      ),
      // Cut, and nothing listens for TCP connections that lasts.
      (
        .dnsFailure,
        {
          $0.addText([wrong])
          $0.flags |= 0x0200
        }
      ),
    ]
    let server = try Self.server(TestRepository(["com.example.note"]))
    for (index, (code, change)) in cases.enumerated() {
      let names = try HostileNameServer(datagrams: { query in
        var answer = Fixture(answering: query)
        change(&answer)
        return [.send(answer.bytes)]
      })
      let txt = SystemTXTResolver(server: SystemTXTResolver.Server("127.0.0.1:\(names.port)"))
      do throws(LexiconError) {
        let found = try await Self.resolver(txt, server).resolve(Self.reference)
        #expect(code == nil && found.did == TestRepository.did, "\(index)")
      } catch {
        #expect(error.code == code, "\(index): \(error)")
      }
    }
  }

  @Test("a silent name server is a temporary failure after the limit")
  func silentNameServerIsTemporary() async throws {
    let server = try Self.server(TestRepository())
    let names = try HostileNameServer(datagrams: { _ in [] })
    let txt = SystemTXTResolver(server: SystemTXTResolver.Server("127.0.0.1:\(names.port)"))
    var settings = Self.settings
    #expect(LexiconLimits().dnsTimeout == .seconds(5))
    settings.limits.dnsTimeout = .milliseconds(300)
    await Self.fails(.dnsFailure, Self.resolver(txt, server, settings))
    #expect(server.targets.isEmpty)
  }

  // MARK: PDSes

  @Test("a response that trickles in ends at the limit, whether it has begun or not")
  func tricklingResponsesEnd() async throws {
    #expect(LexiconLimits().fetchTimeout == .seconds(10))
    var settings = Self.settings
    settings.limits.fetchTimeout = .milliseconds(700)
    for hasHead in [true, false] {
      let server = try Self.server(TestRepository()) { connection in
        if hasHead { connection.sendHead("200 OK", ["Content-Length: 100000"]) }
        for byte in Array("HTTP/1.1 200 OK\r\nX-Padding: ".utf8)
          + [UInt8](repeating: 65, count: 600)
        {
          guard connection.send([byte]) else { return }
          usleep(50_000)
        }
      }
      await Self.fails(.fetchFailed, Self.resolver(Self.names, server, settings))
    }
  }

  @Test("the connection is closed when a response reaches 2 MiB", arguments: [true, false])
  func largeResponsesAreCut(_ declaresLength: Bool) async throws {
    let sent = Mutex(0)
    let isClosed = Mutex(false)
    let server = try Self.server(TestRepository()) { connection in
      connection.sendHead("200 OK", declaresLength ? ["Content-Length: 1000000000"] : [])
      let part = [UInt8](repeating: 0, count: 64 << 10)
      while sent.withLock({ $0 }) < 1_000_000_000 {
        guard connection.send(part) else { return isClosed.withLock { $0 = true } }
        sent.withLock { $0 += part.count }
      }
    }
    await Self.fails(.tooLarge, Self.resolver(Self.names, server))
    let deadline = ContinuousClock.now + .seconds(60)
    while !isClosed.withLock({ $0 }), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(isClosed.withLock { $0 })
    // Beyond the limit, only what fits into the buffers of the sockets.
    #expect(sent.withLock { $0 } < 32 << 20)
  }

  @Test("redirects are not followed")
  func redirectsAreNotFollowed() async throws {
    let target = try ScriptedHTTPServer { _, connection in connection.respond("200 OK", []) }
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
      let server = try Self.server(TestRepository()) { connection in
        connection.respond(status, [], ["Location: http://127.0.0.1:\(target.port)/"])
      }
      await Self.fails(.repoUnavailable, Self.resolver(Self.names, server))
      #expect(server.targets.count == 2)
    }
    let directory = try ScriptedHTTPServer { _, connection in
      connection.respond("302 Found", [], ["Location: http://127.0.0.1:\(target.port)/"])
    }
    await Self.fails(.didNotFound, Self.resolver(Self.names, directory))
    #expect(target.targets.isEmpty)
  }

  @Test("connections that fail are temporary failures")
  func failedConnectionsAreTemporary() async throws {
    let silent = try SilentPort()
    let refused = try Self.server(TestRepository(), pds: "http://127.0.0.1:\(silent.number)")
    await Self.fails(.fetchFailed, Self.resolver(Self.names, refused))
    let unknown = try Self.server(TestRepository(), pds: "http://unknown.example.com")
    await Self.fails(.fetchFailed, Self.resolver(Self.names, unknown))
    let closed = try Self.server(TestRepository()) { _ in }
    await Self.fails(.fetchFailed, Self.resolver(Self.names, closed))
    let short = try Self.server(TestRepository()) { connection in
      connection.sendHead("200 OK", ["Content-Length: 1000"])
      connection.send([1, 2, 3])
    }
    await Self.fails(.fetchFailed, Self.resolver(Self.names, short))
  }

  @Test(
    "hosts with an address that is not allowed get no packet, in development too",
    arguments: [
      "http://pds.private.com", "https://pds.private.com", "https://pds.local.com",
      "http://pds.public.com", "http://10.0.0.1", "https://169.254.169.254", "https://100.64.0.1",
      "http://[::ffff:127.0.0.1]:PORT", "http://0.0.0.0:PORT", "http://[::]:PORT",
      "http://pds.mapped.com:PORT", "http://pds.zero.com:PORT",
    ]
  )
  func refusedHostsAreNotCalled(_ pds: String) async throws {
    let other = try ScriptedHTTPServer { _, connection in connection.respond("200 OK", []) }
    let server = try Self.server(
      TestRepository(["com.example.note"]),
      pds: pds.replacing("PORT", with: "\(other.port)")
    )
    let hosts = [
      "pds.private.com": [IPAddress("10.0.0.1")!, IPAddress("192.168.0.1")!],
      "pds.local.com": [IPAddress("169.254.1.1")!],
      "pds.public.com": [IPAddress("8.8.8.8")!],
      "pds.mapped.com": [IPAddress("::ffff:127.0.0.1")!],
      "pds.zero.com": [IPAddress("0.0.0.0")!],
    ]
    await Self.fails(
      .addressRefused,
      Self.resolver(Self.names, server, Self.settings, hosts: hosts)
    )
    #expect(other.targets.isEmpty)
  }

  @Test("loopback is called in development only")
  func loopbackIsForDevelopment() async throws {
    let server = try Self.server(TestRepository(["com.example.note"]))
    _ = try await Self.resolver(Self.names, server).resolve(Self.reference)
    #expect(server.targets.count == 2)
    var settings = Self.settings
    settings.allowsLoopback = false
    await Self.fails(.addressRefused, Self.resolver(Self.names, server, settings))
    #expect(server.targets.count == 3)
  }
}
