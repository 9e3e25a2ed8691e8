import TestSupport
import Testing
import XRPCServer

/// `Expect: 100-continue` (RFC 9110, 10.1.1).
@Suite struct ExpectationTests {
  private static let blob = "POST /xrpc/com.example.thing.uploadBlob HTTP/1.1\r\n"
  private static let put = "POST /xrpc/com.example.thing.putThing HTTP/1.1\r\n"
  private static let host = "Host: localhost\r\nExpect: 100-Continue\r\n"

  /// The client sends the body when asked for it; the connection can be used again.
  @Test(
    arguments: [
      blob + "Content-Type: image/png\r\nContent-Length: 2000\r\n",
      put + "Content-Type: application/json\r\nContent-Length: 12\r\n",
    ]
  )
  func continueIsSentWhenTheBodyIsCollected(_ head: String) async throws {
    try await ServerUnderTest.run(Sample.routes) { server in
      let connection = try server.connect()
      let isJSON = head.contains("json")
      for _ in 0..<2 {
        try await connection.send(head + Self.host + "\r\n")
        let first = try #require(try await connection.response())
        #expect(first.status == 100)
        #expect(first.fields["content-length"] == nil)
        try await connection.send(
          isJSON ? #"{"text":"x"}"# : String(repeating: "x", count: 2_000)
        )
        let answer = try #require(try await connection.response())
        #expect(answer.status == 200)
        #expect(answer.text.contains(isJSON ? "x" : "2000"))
        #expect(answer.fields["connection"] == nil)
      }
    }
  }

  @Test func continueIsSentWhenTheStreamIsRead() async throws {
    let route = StreamingServer.uploadBlob()
    try await ServerUnderTest.run([route]) { server in
      let connection = try server.connect()
      try await connection.send(
        Self.blob + Self.host + "Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
      )
      #expect(try await connection.response()?.status == 100)
      try await connection.send("3\r\nabc\r\n0\r\n\r\n")
      let answer = try #require(try await connection.response())
      #expect(answer.status == 200 && answer.text.contains("\"count\":3"))
    }
  }

  /// What can be rejected based on the head is rejected at once, and the body is not requested.
  @Test(
    arguments: [
      (blob + "Content-Type: image/png\r\nContent-Length: 5000\r\n", 413),
      (blob + "Content-Type: video/mp4\r\nContent-Length: 5\r\n", 415),
      ("POST /xrpc/com.example.thing.none HTTP/1.1\r\nContent-Length: 5\r\n", 501),
      ("POST /xrpc/com.example.thing.getThing HTTP/1.1\r\nContent-Length: 5\r\n", 405),
      ("POST / HTTP/1.1\r\nContent-Length: 0\r\n", 404),
    ]
  )
  func refusedRequestGetsNoContinue(_ head: String, _ status: Int) async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(head + Self.host + "\r\n")
      let answer = try #require(try await connection.response())
      #expect(answer.status == status)
      // It is not known whether a body follows.
      #expect(answer.fields["connection"] == "close")
      #expect(try await connection.receiveToEnd().isEmpty)
    }
  }

  /// A client that does not wait gets no 100 response.
  @Test func clientThatAlreadySendsGetsNoContinue() async throws {
    try await ServerUnderTest.run { server in
      let connection = try server.connect()
      try await connection.send(
        Self.put + Self.host + "Content-Type: application/json\r\nContent-Length: 12\r\n\r\n"
          + #"{"text":"x"}"#
      )
      #expect(try await connection.response()?.status == 200)
    }
  }
}
