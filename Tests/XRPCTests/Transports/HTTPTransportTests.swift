import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCClient
import XRPCServer
import XRPCURLSession

/// What all transports have in common. Streams are in `ClientStreamingTests`, statuses in
/// `ServerSocketTests`, and responses that are cut off in `TransportFaultTests`.
@Suite struct HTTPTransportTests {
  /// Responds with the request: method, path, header fields, body.
  private static let echo: [XRPCRoute] = {
    var route = XRPCRoute.procedure(Sample.UploadBlob.self) { request in
      let bytes = try await request.input.collect()
      let sum = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
      let probe = request.context.headers[Self.probe] ?? ""
      return Sample.GetThing.Output(text: "\(sum) \(probe)", count: bytes.count)
    }
    route.maximumInputBytes = 4 << 20
    return [route] + Sample.routes.filter { $0.nsid != route.nsid }
  }()

  private static let probe = HTTPField.Name("X-Probe")!

  private func request(
    _ client: XRPCClient,
    _ method: HTTPRequest.Method,
    _ path: String,
    _ fields: HTTPFields = [:]
  ) -> HTTPRequest {
    HTTPRequest(
      method: method,
      scheme: client.service.scheme,
      authority: client.service.authority,
      path: path,
      headerFields: fields
    )
  }

  @Test(arguments: TransportWay.allCases)
  func methodAndHeaderFieldsAreSent(_ way: TransportWay) async throws {
    try await way.withClient { client in
      let path = "/xrpc/com.example.thing.getThing?actor=a.example&cursor=%C3%A4%20%26%3D%2B"
      for (method, status) in [
        (HTTPRequest.Method.get, HTTPResponse.Status.ok), (.post, .methodNotAllowed),
        (.delete, .methodNotAllowed), (.put, .methodNotAllowed),
      ] {
        let response = try await client.transport.send(
          request(client, method, path),
          body: nil,
          options: client.options
        )
        #expect(response.head.status == status, "\(method)")
        #expect(response.head.headerFields[.contentType] == "application/json")
        guard status == .ok else {
          #expect(response.head.headerFields[.allow] == "GET, HEAD")
          continue
        }
        #expect(response.head.headerFields[.retryAfter] == "7")
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.contains("cursor=%C3%A4%20%26%3D%2B"), "\(text)")
      }
    }
  }

  @Test(arguments: TransportWay.sockets)
  func headResponseHasNoBody(_ way: TransportWay) async throws {
    try await way.withClient { client in
      let response = try await client.transport.send(
        request(client, .head, "/xrpc/com.example.thing.getThing?actor=a.example"),
        body: nil,
        options: client.options
      )
      #expect(response.head.status == .ok)
      #expect(response.body.isEmpty)
      #expect(Int(response.head.headerFields[.contentLength] ?? "") ?? 0 > 0)
    }
  }

  @Test(arguments: TransportWay.allCases, [0, 1, 70_000, 3 << 20])
  func bodiesAreSentAndReceived(_ way: TransportWay, _ count: Int) async throws {
    try await way.withClient(Self.echo) { client in
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
      let sum = bytes.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
      var options = CallOptions()
      options.headers[Self.probe] = "here"
      let output = try await client.procedure(
        Sample.UploadBlob.self,
        NoParameters(),
        RawBody(bytes: bytes, contentType: "image/png"),
        options: options
      )
      #expect(output.count == count)
      #expect(output.text == "\(sum) here")
    }
  }

  @Test(arguments: TransportWay.allCases)
  func callsEndOnTimeoutAndCancellation(_ way: TransportWay) async throws {
    let gate = Gate()
    try await way.withClient(Sample.routes(holding: gate)) { client in
      defer { gate.open() }
      func fails(_ code: TransportError.Code, _ options: CallOptions, _ actor: String) async {
        let error = TransportError(code: code, reason: "")
        await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(error)) {
          try await client.query(
            Sample.GetThing.self,
            .init(actor: .init(actor)),
            options: options
          )
        }
      }
      let call = Task {
        try await client.query(Sample.GetThing.self, .init(actor: "held.example"))
      }
      try await until { gate.arrivals == 1 }
      call.cancel()
      let cancelled = TransportError(code: .cancelled, reason: "")
      await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(cancelled)) {
        try await call.value
      }
      await fails(.timedOut, CallOptions(timeout: .milliseconds(50)), "held.example")
      await fails(.responseTooLarge, CallOptions(maximumResponseBytes: 8), "a.example")
      // It still works afterward.
      let output = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
      #expect(output.count == 50)
    }
  }

  @Test(arguments: TransportWay.sockets)
  func absentServerIsACannotConnectError(_ way: TransportWay) async throws {
    let silent = try SilentPort()
    let client = try way.client(at: silent.number)
    let refused = TransportError(code: .cannotConnect, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(refused)) {
      try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    }
    let nowhere = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
    await #expect(throws: refused) {
      try await client.transport.send(nowhere, body: nil, options: client.options)
    }
  }

  /// Redirects are up to the caller, because they could send a token anywhere.
  @Test(arguments: TransportWay.sockets, [301, 302, 303, 307, 308])
  func redirectsAreNotFollowed(_ way: TransportWay, _ status: Int) async throws {
    let elsewhere = try FaultyServer([])
    let server = try FaultyServer([
      FaultyServer.Script(
        bytes: "HTTP/1.1 \(status) Elsewhere\r\nLocation: http://127.0.0.1:\(elsewhere.port)/x\r\n"
          + "Content-Length: 2\r\nConnection: close\r\n\r\nno",
        end: .close
      )
    ])
    defer { withExtendedLifetime((server, elsewhere)) {} }
    let client = try way.client(at: server.port)
    let response = try await client.transport.send(
      request(client, .get, "/", [.authorization: "Bearer secret"]),
      body: nil,
      options: client.options
    )
    #expect(response.head.status.code == status)
    #expect(response.head.headerFields[.location] == "http://127.0.0.1:\(elsewhere.port)/x")
  }

  /// Dropping a response before its end ends the exchange.
  @Test(arguments: TransportWay.sockets)
  func unreadBodyEndsTheExchange(_ way: TransportWay) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(1 << 20) }
    try await ServerUnderTest.run([route]) { server in
      do {
        let client = try way.client(at: server.port)
        let output = try await client.download(
          Sample.GetBytes.self,
          NoParameters(),
          options: CallOptions(maximumResponseBytes: .max)
        ).output
        var iterator = output.stream.makeAsyncIterator()
        #expect(try await iterator.next()?.isEmpty == false)
      }
      try await until { server.inFlight == 0 }
    }
  }

  /// A server that falls silent, before or during its response, does not keep the connection open.
  @Test(
    arguments: TransportWay.sockets,
    ["", "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"]
  )
  func timedOutExchangeIsEnded(_ way: TransportWay, _ bytes: String) async throws {
    func server() throws -> FaultyServer {
      try FaultyServer([FaultyServer.Script(bytes: bytes, end: .stall)])
    }
    func call(_ server: FaultyServer, _ timeout: Duration) throws -> Task<Void, any Error> {
      let client = try way.client(at: server.port)
      var options = TransportOptions(timeout: timeout)
      options.idleTimeout = timeout
      return Task { [options] in
        _ = try await client.transport
          .stream(request(client, .get, "/"), body: nil, options: options)
          .collect(upTo: 10)
      }
    }
    let left = try server()
    let leaving = try call(left, .seconds(60))
    try await until { left.stalls == 1 }
    leaving.cancel()
    let cancelled = await #expect(throws: TransportError.self) { try await leaving.value }
    #expect(cancelled?.code == .cancelled)
    try await until { left.endings == 1 }

    // The time may be up before a connection exists; then there is none to close.
    var impatient = try server()
    for timeout in [Duration.milliseconds(500), .seconds(5), .seconds(20)] {
      impatient = try server()
      let waiting = try call(impatient, timeout)
      let timedOut = await #expect(throws: TransportError.self) { try await waiting.value }
      #expect(timedOut?.code == .timedOut)
      if impatient.stalls == 1 { break }
    }
    try await until { impatient.endings == 1 }
  }

  @Test func manyConcurrentCallsSucceed() async throws {
    for way in TransportWay.allCases {
      try await way.withClient { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for limit in 1...100 {
            group.addTask {
              let parameters = Sample.GetThing.Parameters(actor: "a.example", limit: limit)
              let output = try await client.query(Sample.GetThing.self, parameters)
              #expect(output.count == limit)
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }

  // MARK: Limitations of URLSession

  @Test func urlSessionDoesNotSupportWebSockets() async throws {
    try await StreamServer.run { server in
      let client = try TransportWay.urlSession.client(at: server.port)
      let unsupported = TransportError(code: .unsupported, reason: "")
      await #expect(throws: XRPCError<UnknownFailure>.transport(unsupported)) {
        _ = try await client.subscribe(Sample.Watch.self, .init(cursor: 5))
      }
    }
  }

  @Test func urlSessionRefusesLongRequestBodies() async throws {
    let transport = URLSessionTransport(maximumRequestBytes: 3 * StreamingServer.chunkBytes)
    let log = StreamingServer.ChunkLog()
    try await ServerUnderTest.run([StreamingServer.uploadBlob(log)]) { server in
      let client = XRPCClient(
        service: try #require(ServiceEndpoint("http://127.0.0.1:\(server.port)")),
        transport: transport,
        retry: .never
      )
      func upload(_ stream: ByteStream) async throws -> Int? {
        let blob = RawBody(stream: stream, contentType: "image/png")
        return try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob).count
      }
      #expect(try await upload(StreamingServer.chunks(3)) == 3 * StreamingServer.chunkBytes)
      let unsupported = TransportError(code: .unsupported, reason: "")
      for isSized in [true, false] {
        await #expect(throws: XRPCError<UnknownFailure>.transport(unsupported)) {
          try await upload(StreamingServer.chunks(4, isSized: isSized))
        }
      }
      let broken = TransportError(code: .requestBroken, reason: "")
      await #expect(throws: XRPCError<UnknownFailure>.transport(broken)) {
        try await upload(StreamingServer.chunks(2, breaksOff: true))
      }
      #expect(log.count.withLock { $0 } == 3 * StreamingServer.chunkBytes)
    }
  }
}
