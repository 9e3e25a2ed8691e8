import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing
import XRPC
import XRPCClient

/// How a client handles scripted responses.
@Suite struct XRPCClientTests {
  typealias GetThing = Sample.GetThing

  static let service = ServiceEndpoint("https://pds.example")!

  private func call(
    _ response: HTTPTransportResponse
  ) async -> Result<GetThing.Output, XRPCError<GetThing.Failure>> {
    let client = XRPCClient(
      service: Self.service,
      transport: ScriptedTransport { _, _ in response },
      retry: .never
    )
    do throws(XRPCError<GetThing.Failure>) {
      return .success(try await client.query(GetThing.self, .init(actor: "a.example")))
    } catch {
      return .failure(error)
    }
  }

  @Test func successfulResponseIsDecodedAsOutput() async {
    #expect(await call(.json(#"{"text":"x"}"#)) == .success(GetThing.Output(text: "x")))
    #expect(
      await call(HTTPTransportResponse(.ok, "application/json; charset=utf-8", #"{"text":"x"}"#))
        == .success(GetThing.Output(text: "x"))
    )
  }

  @Test func declaredAndUndeclaredErrorsBecomeFailures() async {
    #expect(
      await call(.json(#"{"error":"ThingNotFound","message":"m","x":1}"#, status: .badRequest))
        == .failure(.failure(.thingNotFound(message: "m"), status: 400))
    )
    #expect(
      await call(.json(#"{"error":"Other"}"#, status: .badGateway))
        == .failure(.failure(.unknown(XRPCErrorBody(name: "Other")), status: 502))
    )
    // Some servers label their error objects with the wrong type.
    #expect(
      await call(HTTPTransportResponse(.badRequest, "text/plain", #" {"error":"Other"}"#))
        == .failure(.failure(.unknown(XRPCErrorBody(name: "Other")), status: 400))
    )
  }

  @Test(
    arguments: [
      (HTTPTransportResponse(.badGateway, "text/html", "<h1>Bad\u{1B}[2J</h1>"), .foreignError),
      (HTTPTransportResponse(.serviceUnavailable, nil, ""), .foreignError),
      (.json("[]", status: .badRequest), .foreignError),
      (.json(#"{"error":1}"#, status: .badRequest), .foreignError),
      (.json(#"{"error":""}"#, status: .badRequest), .foreignError),
      (.json(#"{"message":"m"}"#, status: .badRequest), .foreignError),
      (HTTPTransportResponse(.movedPermanently, nil, ""), .redirect),
      (HTTPTransportResponse(.ok, "text/html", "<h1>Hello</h1>"), .contentType),
      (HTTPTransportResponse(.ok, nil, #"{"text":"x"}"#), .contentType),
      (.json(#"{"text":1}"#), .undecodableOutput),
      (.json(#"{"text":"x"#), .undecodableOutput),
      (.json(""), .undecodableOutput),
    ] as [(HTTPTransportResponse, ProtocolError.Code)]
  )
  func foreignResponsesAreProtocolViolations(
    _ response: HTTPTransportResponse,
    _ code: ProtocolError.Code
  ) async {
    let expected = ProtocolError(code: code, status: response.head.status.code, reason: "")
    let result = await call(response)
    #expect(result == .failure(.protocolViolation(expected)))
    guard case .failure(let error) = result else { return }
    #expect(!"\(error)".unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test func requestHasParametersAndHeaderFieldsOfTheCall() async throws {
    let transport = ScriptedTransport { _, _ in .json(#"{"text":"x"}"#) }
    let client = XRPCClient(
      service: Self.service,
      transport: transport,
      headers: [.userAgent: "a", .acceptLanguage: "b"]
    )
    _ = try await client.query(
      GetThing.self,
      .init(actor: "a.example"),
      options: CallOptions(headers: [.userAgent: "c"])
    )
    _ = try await client.procedure(
      Sample.UploadBlob.self,
      NoParameters(),
      RawBody(bytes: [1], contentType: "image/png")
    )
    let requests = transport.requests
    #expect(requests.map(\.method) == [.get, .post])
    #expect(
      requests.map(\.path) == [
        "/xrpc/com.example.thing.getThing?actor=a.example&limit=50&sort=newest",
        "/xrpc/com.example.thing.uploadBlob",
      ]
    )
    #expect(requests.allSatisfy { $0.scheme == "https" && $0.authority == "pds.example" })
    #expect(requests[0].headerFields[.userAgent] == "c")
    #expect(requests[0].headerFields[.acceptLanguage] == "b")
    #expect(requests[1].headerFields[.contentType] == "image/png")
  }

  @Test func transportErrorsReachTheCaller() async {
    let refused = TransportError(code: .cannotConnect, reason: "refused")
    let client = XRPCClient(
      service: Self.service,
      transport: ScriptedTransport { _, _ throws(TransportError) in throw refused },
      retry: .never
    )
    await #expect(throws: XRPCError<GetThing.Failure>.transport(refused)) {
      try await client.query(GetThing.self, .init(actor: "a.example"))
    }
    let unsupported = TransportError(code: .unsupported, reason: "")
    await #expect(throws: XRPCError<UnknownFailure>.transport(unsupported)) {
      _ = try await client.subscribe(Sample.Watch.self, .init(cursor: 1))
    }
  }
}
