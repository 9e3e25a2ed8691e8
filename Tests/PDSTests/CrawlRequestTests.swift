import ATProtoData
import ATProtoHTTP
import HTTPTypes
import Synchronization
import Testing
import XRPC

@testable import PDS

@Suite struct CrawlRequestTests {
  /// The requests that relays received.
  private final class Asked: Sendable {
    let bodies = Mutex<[String: [DataValue]]>([:])

    func count(_ relay: String) -> Int { bodies.withLock { $0[relay]?.count ?? 0 } }
  }

  @Test func relayIsAskedOnceForManyEvents() async throws {
    let network = TestNetwork()
    let asked = Asked()
    for relay in ["one.relay.test", "two.relay.test"] {
      network.add(relay) { request, body in
        #expect(request.method == .post)
        #expect(request.path == "/xrpc/com.atproto.sync.requestCrawl")
        let value = try DataValue(json: body)
        asked.bodies.withLock { $0[relay, default: []].append(value) }
        // The second relay refuses, which does not affect the first one.
        return relay.hasPrefix("one") ? .json([:]) : .json(["error": "No"], .badRequest)
      }
    }
    let server = try TestServer(network: network) { configuration in
      configuration.isDevelopment = false
      configuration.hostname = "pds.example.com"
      configuration.handleDomains = [".test"]
      configuration.crawlers = ["one", "two"].map { HTTPURL("https://\($0).relay.test")! }
    }
    let account = try await server.signUp()
    for index in 0..<5 { _ = try await account.create(.post("\(index)")) }
    for _ in 0..<500 where asked.count("one.relay.test") + asked.count("two.relay.test") < 2 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(asked.count("one.relay.test") == 1 && asked.count("two.relay.test") == 1)
    let body = asked.bodies.withLock { $0["one.relay.test"]?.first }
    #expect(body == ["hostname": "pds.example.com"])
  }

  @Test func relayIsAskedAgainAfterTheInterval() async throws {
    let network = TestNetwork()
    let asked = Asked()
    network.add("relay.test") { _, body in
      asked.bodies.withLock { $0["relay", default: []].append(.bytes(Bytes(body))) }
      return .json([:])
    }
    var configuration = PDSConfiguration(dataDirectory: "unused", hostname: "pds.example.com")
    configuration.crawlers = [HTTPURL("https://relay.test")!]
    let requests = CrawlRequests(
      configuration,
      ServiceBaseURL(configuration),
      network,
      .quiet
    )
    let start = ContinuousClock.now
    requests.eventsCame(at: start)
    requests.eventsCame(at: start + CrawlRequests.interval - .seconds(1))
    requests.eventsCame(at: start + CrawlRequests.interval)
    for _ in 0..<500 where asked.count("relay") < 2 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(asked.count("relay") == 2)
  }

  @Test func serverOnThisMachineNamesItsPort() async throws {
    let network = TestNetwork()
    let asked = Asked()
    network.add("relay.test") { _, body in
      let value = try DataValue(json: body)
      asked.bodies.withLock { $0["relay", default: []].append(value) }
      return .json([:])
    }
    var configuration = PDSConfiguration(dataDirectory: "unused", port: 0, isDevelopment: true)
    configuration.crawlers = [HTTPURL("https://relay.test")!]
    let baseURL = ServiceBaseURL(configuration)
    baseURL.url = "http://localhost:2583"
    CrawlRequests(configuration, baseURL, network, .quiet).eventsCame()
    for _ in 0..<500 where asked.count("relay") < 1 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(asked.bodies.withLock { $0["relay"] } == [["hostname": "localhost:2583"]])
  }
}
