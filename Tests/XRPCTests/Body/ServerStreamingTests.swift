import Synchronization
import TestSupport
import Testing
import XRPCServer

/// Bodies in chunks, byte by byte over a socket.
@Suite struct ServerStreamingTests {
  typealias Log = StreamingServer.ChunkLog

  static let post = "POST /xrpc/com.example.thing.uploadBlob HTTP/1.1\r\nHost: x\r\n"
  static let get = "GET /xrpc/com.example.thing.getBytes HTTP/1.1\r\nHost: x\r\n"
  static let ping = "GET /xrpc/_health HTTP/1.1\r\nHost: x\r\n\r\n"

  /// The handler has the beginning of the body before the end is sent.
  @Test func handlerReadsTheBodyAsItArrives() async throws {
    let log = Log()
    try await ServerUnderTest.run([StreamingServer.uploadBlob(log)]) { server in
      let connection = try server.connect()
      try await connection.send(
        Self.post + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
      )
      try await until { log.count.withLock { $0 } == 3 }
      try await connection.send("2\r\nde\r\n0\r\n\r\n" + Self.ping)
      let response = try #require(try await connection.response())
      #expect(response.status == 200)
      #expect(String(decoding: response.body, as: UTF8.self).contains(#""count":5"#))
      #expect(try await connection.response()?.status == 200)
    }
  }

  @Test(
    arguments: [
      ("Content-Length: 9\r\n\r\nabcd", false), ("Content-Length: 9\r\n\r\nabcd", true),
      ("Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n", false),
      ("Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n", true),
      ("Transfer-Encoding: chunked\r\n\r\n8\r\nabcd", false),
    ]
  )
  func truncatedBodyIsAnError(_ rest: String, _ isHalfClosed: Bool) async throws {
    let log = Log()
    try await ServerUnderTest.run([StreamingServer.uploadBlob(log)]) { server in
      let connection = try server.connect()
      try await connection.send(Self.post + "Content-Type: image/png\r\n" + rest)
      try await until { log.count.withLock { $0 } == 4 }
      if isHalfClosed {
        connection.finishSending()
      } else {
        connection.drop()
      }
      try await until { log.failure.withLock { $0 } }
    }
  }

  @Test(
    arguments: [
      ("image/png", 413), ("image/refused", 403), ("text/plain", 415),
    ]
  )
  func handlerCanAnswerBeforeTheBodyEnds(_ contentType: String, _ status: Int) async throws {
    let log = Log()
    let route = StreamingServer.uploadBlob(log, maximum: 1_000)
    try await ServerUnderTest.run([route]) { server in
      let connection = try server.connect()
      try await connection.send(
        Self.post + "Content-Type: \(contentType)\r\nTransfer-Encoding: chunked\r\n\r\n"
      )
      let chunk = "320\r\n" + String(repeating: "a", count: 800) + "\r\n"
      try await connection.send(chunk + chunk)
      #expect(try await connection.response()?.status == status)
      #expect(log.count.withLock { $0 } <= 1_000)
      // What was not read is drained, so that the connection can be used again.
      try await connection.send("0\r\n\r\n" + Self.ping)
      #expect(try await connection.response()?.status == 200)
    }
  }

  /// A client that keeps sending after the response is cut off eventually.
  @Test func connectionClosesIfTheClientKeepsSending() async throws {
    let route = StreamingServer.uploadBlob(maximum: 1_000)
    try await ServerUnderTest.run([route], configure: { $0.idleTimeout = .milliseconds(300) }) {
      server in
      let connection = try server.connect()
      try await connection.send(
        Self.post + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
      )
      let chunk = "8000\r\n" + String(repeating: "a", count: 0x8000) + "\r\n"
      await #expect(throws: RawConnection.Failure.self) {
        for _ in 0..<4_096 {
          try await connection.send(chunk)
          try await Task.sleep(for: .milliseconds(5))
        }
      }
      try await until { server.inFlight == 0 }
    }
  }

  @Test(arguments: [true, false])
  func streamedOutputIsSentInChunks(_ isSized: Bool) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(3, isSized: isSized) }
    try await ServerUnderTest.run([route]) { server in
      let length = 3 * StreamingServer.chunkBytes
      let connection = try server.connect()
      try await connection.send(
        Self.get.replacing("GET", with: "HEAD", maxReplacements: 1) + "\r\n"
      )
      let head = try #require(try await connection.response(hasBody: false))
      #expect(head.fields["content-length"] == "\(length)")
      try await connection.send(Self.get + "Connection: close\r\n\r\n")
      let text = try await connection.receiveToEnd()
      #expect(text.count > length)
      let end = Array(text.suffix(5))
      #expect(isSized ? end == [2, 2, 2, 2, 2] : end == Array("0\r\n\r\n".utf8))
    }
  }

  /// An error in the middle is never a clean end, even on a connection that was used before.
  @Test(arguments: [true, false])
  func failingStreamTruncatesTheResponse(_ isSecond: Bool) async throws {
    let route = StreamingServer.getBytes { StreamingServer.chunks(2, breaksOff: true) }
    try await ServerUnderTest.run([route]) { server in
      let connection = try server.connect()
      if isSecond {
        try await connection.send(Self.ping)
        #expect(try await connection.response()?.status == 200)
      }
      try await connection.send(Self.get + "\r\n")
      let received = try await connection.receiveToEnd()
      #expect(String(decoding: received.prefix(15), as: UTF8.self) == "HTTP/1.1 200 OK")
      #expect(received.count > 2 * StreamingServer.chunkBytes)
      #expect(!received.suffix(5).elementsEqual("0\r\n\r\n".utf8))
    }
  }

  /// A reader that stops reading slows down the source.
  @Test func slowPeerSlowsTheHandler() async throws {
    let log = Log()
    let route = StreamingServer.getBytes { StreamingServer.chunks(4_096, log: log) }
    try await ServerUnderTest.run([route]) { server in
      let connection = try RawConnection(port: server.port, receiveBuffer: 4_096)
      try await connection.send(Self.get + "\r\n")
      try await until { log.count.withLock { $0 } > 0 }
      var before = 0
      // Until there is no more progress.
      try await until {
        defer { before = log.count.withLock { $0 } }
        return before > 0 && before == log.count.withLock { $0 }
      }
      #expect(log.count.withLock { $0 } < 1_024)
      connection.drop()
    }
  }
}
