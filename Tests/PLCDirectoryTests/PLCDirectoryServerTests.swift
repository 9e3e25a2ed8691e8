import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Logging
import PLCDirectory
import ServiceKit
import TestSupport
import Testing
import XRPCAsyncHTTPClient

/// Gives servers on this machine a minute, because the machine may be busy.
struct PatientTransport: HTTPTransport {
  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    var options = options
    options.timeout = .seconds(60)
    return try await AsyncHTTPClientTransport.shared.send(request, body: body, options: options)
  }
}

/// The HTTP API over a socket, with the client of `ATProtoIdentity`.
@Suite struct PLCDirectoryServerTests {
  /// Listens on a free port while `body` runs.
  static func serve<Value: Sendable>(
    _ body: @Sendable (_ url: HTTPURL, _ clock: Clock) async throws -> Value
  ) async throws -> Value {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let clock = Clock()
    let directory = PLCOperationDirectory(store: MemoryPLCStore(), now: { clock.now })
    let server = PLCDirectoryServer(directory, PLCConfiguration(port: 0), logger: logger)
    return try await server.serve { address in
      try await body(try #require(HTTPURL(address)), clock)
    }
  }

  static let transport = PatientTransport()

  static func send(
    _ url: HTTPURL,
    _ path: String,
    _ method: HTTPRequest.Method = .get,
    _ body: String? = nil
  ) async throws -> (status: Int, type: String?, text: String) {
    let response = try await transport.send(
      try #require(url.at(path)).request(method, [.contentType: "application/json"]),
      body: body.map { Array($0.utf8) },
      options: TransportOptions()
    )
    return (
      response.head.status.code, response.head.headerFields[.contentType],
      String(decoding: response.body, as: UTF8.self)
    )
  }

  @Test func clientCreatesUpdatesRecoversAndDeactivatesAnIdentity() async throws {
    try await Self.serve { url, clock in
      let client = PLCDirectoryClient(url: url, transport: Self.transport)
      let person = Person()
      let did = person.did
      await #expect(throws: IdentityError(.notFound, "")) { try await client.document(of: did) }
      try await client.submit(person.genesis, of: did)
      let document = try await client.document(of: did)
      #expect(document.claimedHandle == "alice.test")
      #expect(try document.signingKey() == person.rotation.publicKey)
      #expect(try await client.data(of: did) == person.genesis.data)
      #expect(try await client.lastOperation(of: did) == person.genesis)

      clock.advance(1)
      let log = try PLCLog(verifying: try await client.auditLog(of: did), of: did)
      let update = try log.operation(signedBy: person.rotation) { $0.handle = "bob.test" }
      try await client.submit(update, of: did)
      #expect(try await client.operations(of: did) == [person.genesis, update])
      await #expect(throws: IdentityError(.rejected, "")) {
        try await client.submit(update, of: did)
      }
      clock.advance(1)
      let rescue = try log.operation(after: person.genesis.cid, signedBy: person.recovery)
      try await client.submit(rescue, of: did)
      #expect(try await client.operations(of: did) == [person.genesis, rescue])
      let verified = try PLCLog(verifying: try await client.auditLog(of: did), of: did)
      #expect(verified.entries.map(\.isNullified) == [false, true, false])

      clock.advance(1)
      try await client.submit(try verified.tombstone(signedBy: person.recovery), of: did)
      await #expect(throws: IdentityError(.deactivated, "")) { try await client.document(of: did) }
      await #expect(throws: IdentityError(.deactivated, "")) { try await client.data(of: did) }
      #expect(try await client.lastOperation(of: did).content == .tombstone)
    }
  }

  @Test func knownPathsAreServedAndOthersAreNotFound() async throws {
    try await Self.serve { url, _ in
      let person = Person()
      let json = person.genesis.value.jsonString()
      let escaped = person.did.string.replacing(":", with: "%3A")
      #expect(try await Self.send(url, "/\(escaped)", .post, json).status == 200)
      let document = try await Self.send(url, "/\(escaped)")
      #expect(document.status == 200)
      #expect(document.type?.hasPrefix("application/did+ld+json") == true)
      #expect(try await Self.send(url, "/_health").status == 200)
      for path in [
        "/did:web:a.com", "/\(person.did)/nothing", "/\(person.did)/log/other", "/a/b/c/d", "/",
        "/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "/did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/log", "/x%00",
      ] {
        let answer = try await Self.send(url, path)
        #expect(answer.status == 404, "\(path)")
        #expect(try DataValue(json: answer.text)["message"]?.string != nil)
      }
      let put = try await Self.send(url, "/\(person.did)", .put, json)
      #expect(put.status == 404)
    }
  }

  @Test(arguments: [
    ("", 400), ("{", 400), ("[]", 400), (#"{"type":"plc_operation"}"#, 400),
    (String(repeating: "[", count: 60_000), 400), (String(repeating: " ", count: 70_000), 413),
    (#"{"type":"plc_operation","a":1.5}"#, 400),
  ])
  func malformedBodyIsRefused(_ body: String, _ status: Int) async throws {
    try await Self.serve { url, _ in
      let answer = try await Self.send(url, "/\(Person().did)", .post, body)
      #expect(answer.status == status)
      #expect(try DataValue(json: answer.text)["message"]?.string != nil)
    }
  }

  @Test func exportHasTheFormatOfItsCursor() async throws {
    try await Self.serve { url, clock in
      let client = PLCDirectoryClient(url: url, transport: Self.transport)
      let people = (0..<3).map { Person(try! Handle("p\($0).test")) }
      for person in people {
        clock.advance(1)
        try await client.submit(person.genesis, of: person.did)
      }
      let legacy = try await Self.send(url, "/export")
      #expect(legacy.type == "application/jsonlines")
      let lines = try legacy.text.split(separator: "\n").map { try DataValue(json: String($0)) }
      #expect(lines.map { $0["did"]?.string } == people.map(\.did.string))
      #expect(lines[0]["nullified"] == false && lines[0]["seq"] == nil)
      #expect(lines[0]["cid"]?.string == people[0].genesis.cid.description)
      let time = try #require(lines[0]["createdAt"]?.string)
      let after = try await Self.send(url, "/export?after=\(time)&count=1").text
      #expect(try DataValue(json: after)["did"]?.string == people[1].did.string)
      let sequenced = try await Self.send(url, "/export?after=2").text
      let line = try DataValue(json: sequenced)
      #expect(line["type"] == "sequenced_op" && line["seq"] == 3 && line["nullified"] == nil)
      #expect(try await Self.send(url, "/export?after=3").text == "")
      for query in ["count=0", "count=-1", "count=x", "after=x", "after=-1"] {
        #expect(try await Self.send(url, "/export?\(query)").status == 400, "\(query)")
      }
    }
  }

  @Test func healthCheckHasTheVersionOr503IfTheStoreFails() async throws {
    struct BrokenStore: PLCStore {
      struct Broken: Error {}

      func log(of did: DID) async throws -> PLCLog { throw Broken() }
      func update(
        _ did: DID,
        _ change: @escaping @Sendable (inout PLCLog) throws -> Void
      ) async throws { throw Broken() }
      func export(
        after cursor: PLCExportCursor,
        count: Int
      ) async throws -> [PLCExportLine] { throw Broken() }
    }
    try await Self.serve { url, _ in
      let answer = try await Self.send(url, "/_health")
      #expect(answer.status == 200)
      #expect(
        try DataValue(json: answer.text)
          == ["status": "ok", "version": .string(ServiceVersion.current)]
      )
    }
    let server = PLCDirectoryServer(
      PLCOperationDirectory(store: BrokenStore()),
      PLCConfiguration(port: 0),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await server.serve { address in
      let answer = try await Self.send(try #require(HTTPURL(address)), "/_health")
      #expect(answer.status == 503)
      let report = try DataValue(json: answer.text)
      #expect(report["error"] == "ServiceUnavailable")
      #expect(report["version"] == .string(ServiceVersion.current))
    }
  }

  /// Unknown paths share one label, so that clients cannot create series.
  @Test func metricsCountRequestsByRoute() async throws {
    var configuration = PLCConfiguration(port: 0)
    let port = try SilentPort().number
    configuration.metricsAddress = ListenAddress(
      host: "127.0.0.1",
      port: port,
      hostSetting: "PLC_METRICS_ADDRESS",
      portSetting: "PLC_METRICS_PORT"
    )
    let server = PLCDirectoryServer(
      PLCOperationDirectory(store: MemoryPLCStore()),
      configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    try await server.serve { address in
      let url = try #require(HTTPURL(address))
      _ = try await Self.send(url, "/_health")
      _ = try await Self.send(url, "/\(Person().did)/data")
      for index in 0..<3 { _ = try await Self.send(url, "/a/b/c/\(index)") }
      let metrics = try #require(HTTPURL("http://127.0.0.1:\(port)"))
      let text = try await Self.send(metrics, "/metrics").text
      let lines = text.split(separator: "\n")
      for line in [
        #"plc_requests_total{method="GET /_health",status="2xx"} 1"#,
        #"plc_requests_total{method="GET /:did/data",status="4xx"} 1"#,
        #"plc_requests_total{method="other",status="4xx"} 3"#,
        #"plc_request_duration_seconds_count{method="GET /_health"} 1"#,
        "plc_requests_in_flight 0",
      ] {
        #expect(lines.contains(Substring(line)), "\(line)")
      }
    }
  }
}
