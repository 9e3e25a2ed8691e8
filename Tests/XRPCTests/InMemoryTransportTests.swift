import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing
import XRPC
import XRPCClient
import XRPCServer

/// Client and server in one process.
@Suite struct InMemoryTransportTests {
  typealias GetThing = Sample.GetThing

  private let client = XRPCClient(
    service: XRPCClientTests.service,
    transport: InMemoryTransport(Sample.routes)
  )

  @Test func queryReturnsItsOutput() async throws {
    let parameters = GetThing.Parameters(
      actor: "did:plc:x",
      limit: 3,
      uris: ["at://a.example"],
      cursor: "ä &=+",
      reverse: false,
      sort: "weird",
      mode: .long
    )
    let output = try await client.query(GetThing.self, parameters)
    #expect(output == GetThing.Output(text: parameters.query, count: 3))
  }

  @Test func proceduresReturnTheirOutputs() async throws {
    let input = Sample.PutThing.Input(text: "hello", reply: .init(uri: "at://a.example"))
    #expect(
      try await client.procedure(Sample.PutThing.self, NoParameters(), input)
        == GetThing.Output(text: "hello")
    )
    let blob = RawBody(bytes: [1, 2, 3], contentType: "image/png")
    #expect(
      try await client.procedure(Sample.UploadBlob.self, NoParameters(), blob)
        == GetThing.Output(text: "image/png", count: 3)
    )
    #expect(
      try await client.procedure(Sample.Ping.self, NoParameters(), NoBody()) == NoBody()
    )
  }

  @Test func declaredFailuresReachTheClientAndOtherErrorsBecomeA500() async {
    await #expect(
      throws: XRPCError<GetThing.Failure>.failure(
        .thingNotFound(message: "no such thing"),
        status: 400
      )
    ) { try await client.query(GetThing.self, .init(actor: "missing.example")) }
    // No detail of an unexpected error reaches the client.
    let internalError = XRPCErrorBody(
      name: "InternalServerError",
      message: "Internal Server Error"
    )
    await #expect(
      throws: XRPCError<GetThing.Failure>.failure(.unknown(internalError), status: 500)
    ) { try await client.query(GetThing.self, .init(actor: "broken.example")) }
  }

  @Test func constraintViolationsAreNamedInA400() async {
    let error = await #expect(throws: XRPCError<GetThing.Failure>.self) {
      try await client.query(GetThing.self, .init(actor: "a.example", limit: 0))
    }
    guard case .failure(.unknown(let body), status: 400)? = error else {
      Issue.record("not a failure: \(String(describing: error))")
      return
    }
    #expect(body.name == "InvalidRequest")
    #expect(body.message?.contains("limit") == true)

    let inputError = await #expect(throws: XRPCError<UnknownFailure>.self) {
      try await client.procedure(
        Sample.PutThing.self,
        NoParameters(),
        .init(text: "longer than ten", reply: .init(uri: "nowhere"))
      )
    }
    guard case .failure(let failure, status: 400)? = inputError else {
      Issue.record("not a failure: \(String(describing: inputError))")
      return
    }
    #expect(failure.errorBody.name == "InvalidRequest")
    #expect(failure.errorBody.message?.contains("text: ") == true)
    #expect(failure.errorBody.message?.contains("reply.uri: ") == true)
  }

  @Test func callsEndOnCancellationTimeoutAndOversizedResponse() async throws {
    let gate = Gate()
    defer { gate.open() }
    let client = XRPCClient(
      service: XRPCClientTests.service,
      transport: InMemoryTransport(Sample.routes(holding: gate))
    )
    let cancelled = TransportError(code: .cancelled, reason: "")
    for isUnderWay in [true, false] {
      let call = Task { try await client.query(GetThing.self, .init(actor: "held.example")) }
      if isUnderWay { try await until { gate.arrivals == 1 } }
      call.cancel()
      await #expect(throws: XRPCError<GetThing.Failure>.transport(cancelled)) {
        try await call.value
      }
    }
    let timedOut = TransportError(code: .timedOut, reason: "")
    await #expect(throws: XRPCError<GetThing.Failure>.transport(timedOut)) {
      try await client.query(
        GetThing.self,
        .init(actor: "held.example"),
        options: CallOptions(timeout: .milliseconds(10))
      )
    }
    let tooLarge = TransportError(code: .responseTooLarge, reason: "")
    await #expect(throws: XRPCError<GetThing.Failure>.transport(tooLarge)) {
      try await client.query(
        GetThing.self,
        .init(actor: "a.example"),
        options: CallOptions(maximumResponseBytes: 8)
      )
    }
  }

  @Test func subscriptionYieldsMessagesThenTheError() async throws {
    let events = try await client.subscribe(Sample.Watch.self, .init(cursor: 5))
    var messages: [Sample.Watch.Message] = []
    let error = await #expect(throws: XRPCStreamError.self) {
      for try await message in events { messages.append(message) }
    }
    #expect(error?.body == XRPCErrorBody(name: "ConsumerTooSlow", message: "bye"))
    #expect(
      messages == [5, 6, 7].map { .tick(Sample.Watch.Tick(seq: $0)) } + [
        .getThingAnswer(GetThing.Output(text: "elsewhere"))
      ]
    )
  }

  @Test func refusedSubscriptionThrowsTheFailure() async {
    await #expect(
      throws: XRPCError<UnknownFailure>.failure(
        UnknownFailure(
          XRPCErrorBody(name: "AuthenticationRequired", message: "Authentication Required")
        ),
        status: 401
      )
    ) { _ = try await client.subscribe(Sample.Watch.self, .init()) }
  }

  @Test func unknownMethodIsAnsweredWith501() async {
    let empty = XRPCClient(service: XRPCClientTests.service, transport: InMemoryTransport([]))
    let error = await #expect(throws: XRPCError<UnknownFailure>.self) {
      try await empty.procedure(Sample.Ping.self, NoParameters(), NoBody())
    }
    #expect(error?.status == 501)
  }
}
