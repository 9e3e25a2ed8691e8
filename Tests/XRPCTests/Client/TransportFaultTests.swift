import ATProtoHTTP
import ATProtoSyntax
import TestSupport
import Testing
import XRPC
import XRPCClient

/// Responses that are cut off, over a real socket.
@Suite struct TransportFaultTests {
  typealias Script = FaultyServer.Script

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: String
    var end: FaultyServer.End
    var code: TransportError.Code

    var testDescription: String { name }
  }

  static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
  static let whole = head + "Content-Length: 12\r\nConnection: close\r\n\r\n" + #"{"text":"x"}"#
  static let long = head + "Content-Length: 99\r\n\r\n" + #"{"text":"x"}"#
  static let chunk = head + "Transfer-Encoding: chunked\r\n\r\n20\r\n" + #"{"text":"x"#
  static let chunks = head + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"te\r\n"

  static let cases: [Case] = [
    Case(name: "closed at once", bytes: "", end: .close, code: .connectionLost),
    Case(name: "reset at once", bytes: "", end: .reset, code: .connectionLost),
    Case(name: "closed in the head", bytes: head, end: .close, code: .connectionLost),
    Case(name: "closed in the body", bytes: long, end: .close, code: .connectionLost),
    Case(name: "closed in a chunk", bytes: chunk, end: .close, code: .connectionLost),
    Case(name: "closed between chunks", bytes: chunks, end: .close, code: .connectionLost),
    Case(name: "reset in the body", bytes: long, end: .reset, code: .connectionLost),
    Case(name: "silent", bytes: "", end: .stall, code: .timedOut),
    Case(name: "stalls in the head", bytes: head, end: .stall, code: .timedOut),
    Case(name: "stalls in the body", bytes: long, end: .stall, code: .timedOut),
    Case(name: "stalls in a chunk", bytes: chunk, end: .stall, code: .timedOut),
  ]

  private static let runs = TransportWay.sockets.flatMap { way in
    cases.filter { way.survivesCutHeads || $0.bytes != head }.map { (way, $0) }
  }

  @Test(arguments: runs)
  func faultBecomesATransportError(_ way: TransportWay, _ fault: Case) async throws {
    let server = try FaultyServer([Script(bytes: fault.bytes, end: fault.end)])
    defer { withExtendedLifetime(server) {} }
    let client = try way.client(at: server.port)
    let timeout: Duration = fault.end == .stall ? .milliseconds(200) : .seconds(20)
    let error = await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) {
      try await client.query(
        Sample.GetThing.self,
        .init(actor: "a.example"),
        options: CallOptions(timeout: timeout)
      )
    }
    #expect(error == .transport(TransportError(code: fault.code, reason: "")))
  }

  @Test(arguments: TransportWay.sockets)
  func queryIsRetriedAfterAFault(_ way: TransportWay) async throws {
    let server = try FaultyServer([
      Script(bytes: Self.long, end: .close), Script(bytes: Self.chunk, end: .close),
      Script(bytes: Self.whole, end: .close),
    ])
    defer { withExtendedLifetime(server) {} }
    let policy = RetryPolicy(maximumAttempts: 3, initialDelay: .milliseconds(1))
    let client = try way.client(at: server.port, retry: policy)
    let output = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    #expect(output.text == "x")
  }

  @Test(arguments: TransportWay.sockets)
  func procedureIsNotRetriedAfterAFault(_ way: TransportWay) async throws {
    let server = try FaultyServer([
      Script(bytes: Self.long, end: .close), Script(bytes: Self.whole, end: .close),
    ])
    defer { withExtendedLifetime(server) {} }
    let client = try way.client(at: server.port, retry: .standard)
    await #expect(
      throws: XRPCError<UnknownFailure>.transport(
        TransportError(code: .connectionLost, reason: "")
      )
    ) { try await client.procedure(Sample.PutThing.self, NoParameters(), .init(text: "x")) }
  }

  @Test(arguments: TransportWay.sockets)
  func callIsCanceledWithItsTask(_ way: TransportWay) async throws {
    let server = try FaultyServer([Script(bytes: Self.long, end: .stall)])
    defer { withExtendedLifetime(server) {} }
    let client = try way.client(at: server.port, retry: .standard)
    let call = Task { try await client.query(Sample.GetThing.self, .init(actor: "a.example")) }
    call.cancel()
    let cancelled = TransportError(code: .cancelled, reason: "")
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.transport(cancelled)) {
      try await call.value
    }
  }
}
