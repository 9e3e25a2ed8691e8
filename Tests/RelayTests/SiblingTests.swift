import ATProtoData
import ATProtoHTTP
import Foundation
import HTTPTypes
import RelayTestSupport
import Synchronization
import Testing

@testable import Relay

/// Requests that a relay repeats at its siblings.
@Suite struct SiblingTests {
  private static let crawl = "/xrpc/com.atproto.sync.requestCrawl"

  @Test func successfulCrawlRequestIsForwardedOnce() async throws {
    try await Self.withSibling { network, sibling, relay in
      let body = #"{"hostname":"\#(network.host.name)"}"#
      let answer = try await relay.send(
        .post,
        Self.crawl,
        body,
        [.contentType: "application/json", .userAgent: "a PDS"]
      )
      #expect(answer.head.status == .ok)
      let request = try #require(await sibling.next())
      #expect(request.head.method == .post && request.head.path == Self.crawl)
      let fields = request.head.headerFields
      #expect(fields[.via] == "HTTP/1.1 atproto-relay")
      #expect(fields[.userAgent] == "a PDS")
      #expect(fields[.contentType] == "application/json" && fields[.authorization] == nil)
      #expect(try DataValue(json: request.body) == DataValue(json: body))
      // One that is refused is not forwarded.
      let refused = try await relay.send(
        .post,
        Self.crawl,
        #"{"hostname":"pds"}"#,
        [.contentType: "application/json"]
      )
      #expect(refused.head.status == .badRequest)
      #expect(sibling.count == 1)
    }
  }

  /// "atproto-relay" in `Via` or `User-Agent` means that another relay has forwarded the request.
  @Test(arguments: [
    ("Via", "HTTP/1.1 atproto-relay"), ("Via", "1.1 proxy, HTTP/2 atproto-relay"),
    ("User-Agent", "indigo-relay (atproto-relay)"),
  ])
  func forwardedRequestIsNotForwardedAgain(_ name: String, _ value: String) async throws {
    try await Self.withSibling { network, sibling, relay in
      var fields: HTTPFields = [.contentType: "application/json"]
      fields[HTTPField.Name(name)!] = value
      let body = #"{"hostname":"\#(network.host.name)"}"#
      #expect(try await relay.send(.post, Self.crawl, body, fields).head.status == .ok)
      fields[HTTPField.Name(name)!] = nil
      // The next one is forwarded, and is the first that the sibling gets.
      _ = try await relay.administer(.post, "/admin/subs/setEnabled?enabled=true")
      #expect(await sibling.next()?.head.path == "/admin/subs/setEnabled?enabled=true")
      #expect(sibling.count == 1)
    }
  }

  @Test func changesByTheAdministratorAreForwardedWithTheirCredentials() async throws {
    try await Self.withSibling { network, sibling, relay in
      let name = network.host.name
      try await relay.crawl(network.host)
      _ = await sibling.next()
      let changes: [(String, String?)] = [
        ("/admin/pds/requestCrawl", #"{"hostname":"\#(name)"}"#),
        ("/admin/pds/changeLimits", #"{"host":"\#(name)","repo_limit":7}"#),
        ("/admin/pds/block?host=\(name)", nil), ("/admin/pds/unblock?host=\(name)", nil),
        ("/admin/subs/banDomain", #"{"domain":"example.com"}"#),
        ("/admin/subs/unbanDomain", #"{"domain":"example.com"}"#),
        ("/admin/subs/setEnabled?enabled=true", nil),
        ("/admin/subs/killUpstream?host=\(name)", nil),
      ]
      for (path, body) in changes {
        let answer = try await relay.administer(.post, path, body)
        #expect(answer.head.status == .ok, "\(path)")
        let request = try #require(await sibling.next(), "\(path)")
        #expect(request.head.path == path)
        #expect(request.head.headerFields[.authorization]?.hasPrefix("Basic ") == true)
        #expect(String(decoding: request.body, as: UTF8.self) == body ?? "")
      }
      // Limits per day add up over siblings, so each has its own. Nothing else is only read.
      for path in ["/admin/subs/perDayLimit", "/admin/pds/list", "/admin/repo/takedowns"] {
        _ = try await relay.administer(.get, path)
      }
      _ = try await relay.administer(.post, "/admin/subs/setPerDayLimit?limit=7")
      _ = try await relay.administer(.post, "/admin/subs/setEnabled?enabled=true")
      #expect(await sibling.next()?.head.path == "/admin/subs/setEnabled?enabled=true")
    }
  }

  @Test func siblingThatFailsDoesNotDelayTheAnswer() async throws {
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      // Nothing listens there.
      configuration.siblings = [try #require(HTTPURL("http://127.0.0.1:1"))]
      try await TestRelay.run(configuration) { relay in
        try await relay.crawl(network.host)
        #expect(try await until { network.host.connectionCount == 1 })
      }
    }
  }

  // MARK: A sibling

  private struct Received: Sendable {
    var head: HTTPRequest
    var body: [UInt8]
  }

  /// Keeps requests to one server, and sends all others over the network.
  private final class Sibling: HTTPTransport, Sendable {
    static let url = HTTPURL("http://sibling.example.com")!

    private let network: any HTTPTransport
    private let received = Mutex<[Received]>([])
    private let next = Atomic(0)

    init(_ network: any HTTPTransport) {
      self.network = network
    }

    var count: Int { received.withLock(\.count) }

    func next() async -> Received? {
      let index = next.add(1, ordering: .relaxed).oldValue
      _ = try? await until { self.count > index }
      return received.withLock { $0.indices.contains(index) ? $0[index] : nil }
    }

    func send(
      _ request: HTTPRequest,
      body: [UInt8]?,
      options: TransportOptions
    ) async throws(TransportError) -> HTTPTransportResponse {
      guard request.authority == Self.url.authority else {
        return try await network.send(request, body: body, options: options)
      }
      received.withLock { $0.append(Received(head: request, body: body ?? [])) }
      return HTTPTransportResponse(head: HTTPResponse(status: .ok), body: [])
    }
  }

  private static func withSibling(
    _ body: (RelayFixture, Sibling, TestRelay) async throws -> Void
  ) async throws {
    try await RelayFixture.run { network in
      var configuration = TestRelay.configuration(network.plc)
      configuration.siblings = [Sibling.url]
      let real = RelayNetwork(configuration)
      let sibling = Sibling(real.trusted)
      try await TestRelay.run(
        configuration,
        network: RelayNetwork(
          guarded: real.guarded,
          trusted: sibling,
          identityDocuments: real.identityDocuments
        )
      ) { relay in
        try await body(network, sibling, relay)
      }
    }
  }
}
