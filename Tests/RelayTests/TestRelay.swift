import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import RelayTestSupport
import ServiceKit
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Relay

/// A relay that listens on this machine while a test runs.
struct TestRelay: Sendable {
  static let password = "correct horse"

  let server: RelayServer
  let url: HTTPURL

  /// The configuration of a development relay whose PLC directory is simulated.
  static func configuration(_ plc: SimulatedPLC? = nil) -> RelayConfiguration {
    var configuration = RelayConfiguration(isDevelopment: true)
    if let plc { configuration.plcDirectory = plc.url }
    configuration.adminPasswords = [password]
    return configuration
  }

  /// Runs a relay for as long as `body` takes.
  static func run<Value: Sendable>(
    _ configuration: RelayConfiguration = configuration(),
    storage: RelayStorage = .memory(),
    network: RelayNetwork? = nil,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: (TestRelay) async throws -> Value
  ) async throws -> Value {
    let server = try await RelayServer(
      configuration,
      storage: storage,
      logger: logger,
      network: network
    )
    return try await server.serve { address in
      try await body(TestRelay(server: server, url: try #require(HTTPURL(address))))
    }
  }

  var client: XRPCClient {
    XRPCClient(service: ServiceEndpoint(url), transport: AsyncHTTPClientTransport.shared)
  }

  /// Asks the relay to crawl a host, as the host itself would.
  func crawl(_ host: SimulatedHost) async throws {
    try await client.comAtproto.sync.requestCrawl(.init(hostname: host.name))
  }

  /// Asks the relay to crawl a host, and waits until both ends are connected.
  func connect(_ host: SimulatedHost) async throws {
    try await crawl(host)
    let isConnected = try await until {
      let hosts = server.services.work.hosts
      return host.connectionCount == 1 && hosts.connected.contains { $0.text == host.name }
    }
    #expect(isConnected)
  }

  /// The next events of the firehose; none, and an issue, if they do not come within thirty seconds.
  ///
  /// - Parameter cursor: 0 for all events.
  func events(
    after cursor: Int?,
    count: Int
  ) async throws -> [ComAtproto.Sync.SubscribeRepos.Message] {
    try await withThrowingTaskGroup(of: [ComAtproto.Sync.SubscribeRepos.Message].self) { group in
      group.addTask { try await read(after: cursor, count: count) }
      group.addTask {
        try await Task.sleep(for: .seconds(30))
        Issue.record("fewer than \(count) events came")
        return []
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
  }

  private func read(
    after cursor: Int?,
    count: Int
  ) async throws -> [ComAtproto.Sync.SubscribeRepos.Message] {
    let stream = try await client.subscribe(
      ComAtproto.Sync.SubscribeRepos.self,
      .init(cursor: cursor)
    )
    var messages: [ComAtproto.Sync.SubscribeRepos.Message] = []
    for try await message in stream {
      messages.append(message)
      if messages.count == count { break }
    }
    return messages
  }

  // MARK: Requests

  /// Sends a request with any path.
  func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: String? = nil,
    _ fields: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    let url = try #require(url.at(path))
    return try await AsyncHTTPClientTransport.shared.send(
      url.request(method, fields),
      body: body.map { Array($0.utf8) },
      options: TransportOptions(timeout: .seconds(30))
    )
  }

  /// Sends a request as the administrator, as `goat` does.
  func administer(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: String? = nil,
    password: String = password,
    fields: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = fields
    fields[.authorization] = "Basic " + Data("admin:\(password)".utf8).base64EncodedString()
    if body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
    return try await send(method, path, body, fields)
  }
}

extension HTTPTransportResponse {
  var text: String { String(decoding: body, as: UTF8.self) }

  var json: DataValue { (try? DataValue(json: body)) ?? .null }
}

extension ComAtproto.Sync.SubscribeRepos.Message {
  /// The kind and the account: `commit did:plc:…`.
  var summary: String {
    switch self {
    case .commit(let event): "commit \(event.repo.string)"
    case .sync(let event): "sync \(event.did.string)"
    case .identity(let event): "identity \(event.did.string)"
    case .account(let event): "account \(event.did.string)"
    case .info(let event): "info \(event.name.rawValue)"
    default: "unknown"
    }
  }

  var sequence: Int? {
    switch self {
    case .commit(let event): event.seq
    case .sync(let event): event.seq
    case .identity(let event): event.seq
    case .account(let event): event.seq
    default: nil
    }
  }
}

extension ListenAddress {
  /// Any free port of this machine.
  static let anyPort = ListenAddress(host: "127.0.0.1", port: 0, hostSetting: "", portSetting: "")
}
