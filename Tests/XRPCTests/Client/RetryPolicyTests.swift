import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

/// Whether an attempt is repeated, and when.
@Suite struct RetryPolicyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var outcome: RetryPolicy.Outcome
    var attempt = 1
    var remaining = Duration.seconds(60)
    var jitter = 1.0
    var delay: Duration?

    var testDescription: String { name }
  }

  /// 1994-11-06T08:49:37Z
  static let now: Int64 = 784_111_777

  static func status(_ code: Int, _ fields: [String: String] = [:]) -> RetryPolicy.Outcome {
    var head = HTTPResponse(status: HTTPResponse.Status(code: code))
    for (name, value) in fields { head.headerFields[HTTPField.Name(name)!] = value }
    return .response(head)
  }

  static func failed(_ code: TransportError.Code) -> RetryPolicy.Outcome {
    .failed(TransportError(code: code, reason: ""))
  }

  static func limited(_ remaining: String, _ reset: Int64) -> RetryPolicy.Outcome {
    status(
      429,
      ["RateLimit-Limit": "3", "RateLimit-Remaining": remaining, "RateLimit-Reset": "\(reset)"]
    )
  }

  static let cases: [Case] = [
    Case(name: "200", outcome: status(200)),
    Case(name: "400", outcome: status(400)),
    Case(name: "500", outcome: status(500)),
    Case(name: "501", outcome: status(501)),
    Case(name: "429", outcome: status(429), delay: .seconds(1)),
    Case(name: "502", outcome: status(502), delay: .seconds(1)),
    Case(name: "503", outcome: status(503), delay: .seconds(1)),
    Case(name: "504", outcome: status(504), delay: .seconds(1)),
    Case(name: "cannot connect", outcome: failed(.cannotConnect), delay: .seconds(1)),
    Case(name: "lost", outcome: failed(.connectionLost), delay: .seconds(1)),
    Case(name: "slow to connect", outcome: failed(.timedOut), delay: .seconds(1)),
    Case(name: "deadline passed", outcome: failed(.timedOut), remaining: .zero),
    Case(name: "cancelled", outcome: failed(.cancelled)),
    Case(name: "too large", outcome: failed(.responseTooLarge)),
    Case(name: "not allowed", outcome: failed(.refusedAddress)),
    Case(name: "logged out", outcome: failed(.sessionEnded)),
    Case(name: "second", outcome: status(503), attempt: 2, delay: .seconds(2)),
    Case(name: "fourth", outcome: status(503), attempt: 4, delay: .seconds(5)),
    Case(name: "last", outcome: status(503), attempt: 5),
    Case(name: "least jitter", outcome: status(503), jitter: 0, delay: .milliseconds(500)),
    Case(name: "too little time", outcome: status(503), remaining: .seconds(1)),
    Case(name: "Retry-After", outcome: status(503, ["Retry-After": "7"]), delay: .seconds(7)),
    Case(name: "Retry-After 0", outcome: status(503, ["Retry-After": "0"]), delay: .seconds(1)),
    Case(name: "long Retry-After", outcome: status(503, ["Retry-After": "60"])),
    Case(name: "bad Retry-After", outcome: status(503, ["Retry-After": "-7"]), delay: .seconds(1)),
    Case(
      name: "Retry-After with a date",
      outcome: status(503, ["Retry-After": "Sun, 06 Nov 1994 08:49:49 GMT"]),
      delay: .seconds(12)
    ),
    Case(
      name: "Retry-After with a past date",
      outcome: status(503, ["Retry-After": "Sat, 05 Nov 1994 08:49:49 GMT"]),
      delay: .seconds(1)
    ),
    Case(
      name: "Retry-After with an invalid date",
      outcome: status(503, ["Retry-After": "Sun, 31 Feb 1994 08:49:49 GMT"]),
      delay: .seconds(1)
    ),
    Case(name: "window ends", outcome: limited("0", now + 9), delay: .seconds(9)),
    Case(name: "window ended", outcome: limited("0", now - 9), delay: .seconds(1)),
    Case(name: "endless window", outcome: limited("0", .max)),
    Case(name: "incomplete limit", outcome: limited("x", now + 9), delay: .seconds(1)),
  ]

  @Test(arguments: cases)
  func delayDependsOnTheOutcome(_ expected: Case) {
    let policy = RetryPolicy(
      maximumAttempts: 5,
      initialDelay: .seconds(1),
      maximumDelay: .seconds(5)
    )
    let delay = policy.delay(
      after: expected.outcome,
      attempt: expected.attempt,
      remaining: expected.remaining,
      jitter: expected.jitter,
      now: Self.now
    )
    #expect(delay == expected.delay)
  }

  /// A server that is unavailable for the first calls.
  private func client(failures: Int) -> (XRPCClient, ScriptedTransport) {
    let calls = Mutex(0)
    let transport = ScriptedTransport { _, _ in
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      return call <= failures
        ? HTTPTransportResponse(.serviceUnavailable, nil, "") : .json(#"{"text":"x"}"#)
    }
    let client = XRPCClient(
      service: XRPCClientTests.service,
      transport: transport,
      retry: RetryPolicy(maximumAttempts: 3, initialDelay: .milliseconds(1))
    )
    return (client, transport)
  }

  @Test func failedQueriesAreRepeated() async throws {
    let (client, transport) = client(failures: 2)
    let output = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    #expect(output.text == "x")
    #expect(transport.requests.count == 3)
  }

  @Test func retriesEndAfterTheMaximum() async {
    let (client, transport) = client(failures: 3)
    let error = await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) {
      try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    }
    #expect(error?.status == 503)
    #expect(transport.requests.count == 3)
  }

  @Test(arguments: [(false, 1), (true, 2)])
  func proceduresAreRepeatedOnlyIfIdempotent(_ isIdempotent: Bool, _ count: Int) async {
    let (client, transport) = client(failures: 1)
    _ = try? await client.procedure(
      Sample.PutThing.self,
      NoParameters(),
      .init(text: "x"),
      options: CallOptions(isIdempotent: isIdempotent)
    )
    #expect(transport.requests.count == count)
  }
}
