import ATProtoHTTP
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

/// Uploads and downloads, over a socket and without one.
@Suite struct ClientStreamingTests {
  typealias Way = TransportWay
  typealias Log = StreamingServer.ChunkLog

  @Test(arguments: Way.allCases, [true, false])
  func bodyIsSentAsItIsRead(_ way: Way, _ isSized: Bool) async throws {
    try await way.withClient([StreamingServer.uploadBlob()]) { client in
      let blob = RawBody(
        stream: StreamingServer.chunks(40, isSized: isSized),
        contentType: "image/png"
      )
      let output = try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
      #expect(output.count == 40 * StreamingServer.chunkBytes)
      #expect(output.text == "image/png")
      // A stream cannot be sent twice.
      await #expect(throws: XRPCError<UnknownFailure>.self) {
        try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
      }
    }
  }

  @Test(arguments: Way.allCases)
  func uploadEndsWhenTheServerRefusesIt(_ way: Way) async throws {
    let route = StreamingServer.uploadBlob(maximum: 100_000)
    try await way.withClient([route]) { client in
      let blob = RawBody(stream: StreamingServer.chunks(3), contentType: "image/png")
      let error = await #expect(throws: XRPCError<UnknownFailure>.self) {
        try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
      }
      guard case .failure(let failure, 413) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(failure.errorBody.name == "PayloadTooLarge")
    }
  }

  /// An upload fails if its source does.
  @Test(arguments: [Way.asyncHTTPClient, .guarded])
  func brokenSourceIsARequestBrokenError(_ way: Way) async throws {
    let log = Log()
    try await way.withClient([StreamingServer.uploadBlob(log)]) { client in
      let blob = RawBody(
        stream: StreamingServer.chunks(2, breaksOff: true),
        contentType: "image/png"
      )
      let broken = TransportError(code: .requestBroken, reason: "")
      await #expect(throws: XRPCError<UnknownFailure>.transport(broken)) {
        try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
      }
      try await until { log.failure.withLock { $0 } }
    }
  }

  @Test(arguments: Way.allCases)
  func bodyIsReadAsItArrives(_ way: Way) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(40, isSized: true) }
    try await way.withClient([route]) { client in
      let response = try await client.download(Sample.GetBytes.self, NoParameters())
      #expect(response.output.contentType == "image/png")
      #expect(response.output.content.length == 40 * StreamingServer.chunkBytes)
      var bytes: [UInt8] = []
      for try await chunk in response.output.stream { bytes += chunk }
      #expect(bytes.count == 40 * StreamingServer.chunkBytes)
      #expect(bytes.last == 39)
      // The plain call collects the body.
      let whole = try await client.query(Sample.GetBytes.self, NoParameters())
      #expect(whole.bytes == bytes)
    }
  }

  @Test(arguments: Way.allCases)
  func truncatedDownloadIsAnError(_ way: Way) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(3, breaksOff: true) }
    try await way.withClient([route]) { client in
      let response = try await client.download(Sample.GetBytes.self, NoParameters())
      let folder = try TemporaryFolder()
      try folder.write("before", to: "blob")
      await #expect(throws: (any Error).self) {
        try await response.output.stream.write(toFile: "\(folder.path)/blob")
      }
      #expect(try folder.text("blob") == "before")
      let lost = TransportError(code: .connectionLost, reason: "")
      await #expect(throws: XRPCError<UnknownFailure>.transport(lost)) {
        try await client.query(Sample.GetBytes.self, NoParameters())
      }
    }
  }

  @Test(arguments: Way.allCases)
  func longDownloadIsRefused(_ way: Way) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(10) }
    try await way.withClient([route]) { client in
      let options = CallOptions(maximumResponseBytes: 3 * StreamingServer.chunkBytes)
      let output = try await client.download(
        Sample.GetBytes.self,
        NoParameters(),
        options: options
      ).output
      await #expect(throws: TransportError(code: .responseTooLarge, reason: "")) {
        for try await _ in output.stream {}
      }
    }
  }

  @Test(arguments: Way.allCases)
  func failedDownloadThrowsTheFailure(_ way: Way) async throws {
    let route = XRPCRoute.query(Sample.GetBytes.self) { _ in throw XRPCServerError.forbidden() }
    try await way.withClient([route]) { client in
      let failure = UnknownFailure(XRPCErrorBody(name: "Forbidden", message: "Forbidden"))
      await #expect(throws: XRPCError<UnknownFailure>.failure(failure, status: 403)) {
        try await client.download(Sample.GetBytes.self, NoParameters())
      }
    }
  }

  /// A slow reader slows down the server, and can disconnect.
  @Test(arguments: [Way.asyncHTTPClient, .guarded])
  func slowReaderSlowsTheServer(_ way: Way) async throws {
    let log = Log()
    let route = StreamingServer.getBytes { StreamingServer.chunks(4_096, log: log) }
    try await way.withClient([route]) { client in
      do {
        let options = CallOptions(maximumResponseBytes: 1 << 30)
        let output = try await client.download(
          Sample.GetBytes.self,
          NoParameters(),
          options: options
        ).output
        var iterator = output.stream.makeAsyncIterator()
        _ = try await iterator.next()
        var before = -1
        while before != log.count.withLock({ $0 }) {
          before = log.count.withLock { $0 }
          try await Task.sleep(for: .milliseconds(100))
        }
        #expect(before < 1_024)
      }
    }
  }

  @Test func silentBodyTimesOut() async throws {
    let server = try FaultyServer([
      FaultyServer.Script(bytes: TransportFaultTests.long, end: .stall)
    ])
    defer { withExtendedLifetime(server) {} }
    var client = XRPCClient(
      service: try #require(ServiceEndpoint("http://127.0.0.1:\(server.port)")),
      transport: AsyncHTTPClientTransport.shared
    )
    client.options.idleTimeout = .milliseconds(200)
    let request = HTTPRequest(
      method: .get,
      scheme: client.service.scheme,
      authority: client.service.authority,
      path: "/"
    )
    let response = try await client.transport.stream(request, body: nil, options: client.options)
    await #expect(throws: TransportError(code: .timedOut, reason: "")) {
      for try await _ in response.body {}
    }
  }

  @Test func fileIsSentAgainOnRetry() async throws {
    let folder = try TemporaryFolder()
    try folder.write([UInt8](repeating: 1, count: 200_000), to: "blob")
    let file = try ByteStream(contentsOfFile: "\(folder.path)/blob")
    let attempts = Mutex(0)
    let route = StreamingServer.uploadBlob()
    var client = XRPCClient(
      service: XRPCClientTests.service,
      transport: InMemoryTransport([
        .procedure(Sample.UploadBlob.self) { request in
          let count = try await request.input.collect().count
          let attempt = attempts.withLock { attempts in
            attempts += 1
            return attempts
          }
          if attempt == 1 { throw XRPCServerError.notEnoughResources() }
          return Sample.GetThing.Output(text: route.nsid, count: count)
        }
      ])
    )
    client.retry = RetryPolicy(maximumAttempts: 2, initialDelay: .milliseconds(1))
    let (counts, continuation) = AsyncStream<Int>.makeStream()
    let output = try await client.procedure(
      Sample.UploadBlob.self,
      NoParameters(),
      RawBody(stream: file.reporting { continuation.yield($0) }, contentType: "image/png"),
      options: CallOptions(isIdempotent: true)
    )
    continuation.finish()
    #expect(output.count == 200_000)
    let steps = [65_536, 131_072, 196_608, 200_000]
    #expect(await counts.reduce(into: []) { $0.append($1) } == steps + steps)
  }

  @Test func filesAreUploadedAndDownloaded() async throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<150_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try folder.write(bytes, to: "a")
    let file = try ByteStream(contentsOfFile: "\(folder.path)/a")
    #expect(file.length == bytes.count)
    #expect(try await file.write(toFile: "\(folder.path)/b") == bytes.count)
    let copy = try ByteStream(contentsOfFile: "\(folder.path)/b")
    #expect(try await copy.collect(upTo: bytes.count) == bytes)
    // A file that grows in the meantime no longer has the declared length.
    try folder.write(bytes + [1], to: "b")
    await #expect(throws: ByteStreamError(code: .lengthMismatch, reason: "")) {
      try await copy.collect(upTo: 1 << 20)
    }
    let failed = ByteStreamError(code: .failed, reason: "")
    for name in ["nothing", "."] {
      #expect(throws: failed) { try ByteStream(contentsOfFile: "\(folder.path)/\(name)") }
    }
    await #expect(throws: failed) { try await file.write(toFile: "\(folder.path)/no/b") }
  }
}
