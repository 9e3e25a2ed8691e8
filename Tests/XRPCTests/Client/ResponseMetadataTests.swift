import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@Suite struct ResponseMetadataTests {
  static let notice: [(String, String)] = [
    ("RateLimit-Limit", "3000"), ("RateLimit-Remaining", "7"), ("RateLimit-Reset", "1700000000"),
  ]

  private func response(
    _ text: String,
    _ status: HTTPResponse.Status,
    _ fields: [(String, String)]
  ) -> HTTPTransportResponse {
    var response = HTTPTransportResponse.json(text, status: status)
    for (name, value) in fields { response.head.headerFields[HTTPField.Name(name)!] = value }
    return response
  }

  @Test func metadataAccompaniesTheOutput() async throws {
    let answer = response(
      #"{"text":"x"}"#,
      .ok,
      Self.notice + [
        ("Atproto-Repo-Rev", "3jzfcijpj2z2a"), ("X-Request-ID", "r1"),
        ("Atproto-Content-Labelers", "did:web:a.example;redact, did:web:b.example ,"),
      ]
    )
    let client = XRPCClient(
      service: XRPCClientTests.service,
      transport: ScriptedTransport { _, _ in answer }
    )
    let got = try await client.queryResponse(Sample.GetThing.self, .init(actor: "a.example"))
    let metadata = got.metadata
    #expect(got.output == Sample.GetThing.Output(text: "x"))
    #expect(metadata.status == 200)
    #expect(metadata.repoRev == "3jzfcijpj2z2a")
    #expect(metadata.requestID == "r1")
    #expect(metadata.contentLabelers == ["did:web:a.example;redact", "did:web:b.example"])
    #expect(
      metadata.rateLimit == RateLimitNotice(limit: 3000, remaining: 7, reset: 1_700_000_000)
    )
    let put = try await client.procedureResponse(
      Sample.PutThing.self,
      NoParameters(),
      .init(text: "x")
    )
    #expect(put.metadata == metadata)
  }

  @Test func metadataAccompaniesFailures() async {
    let answer = response(#"{"error":"RateLimitExceeded"}"#, .tooManyRequests, Self.notice)
    let client = XRPCClient(
      service: XRPCClientTests.service,
      transport: ScriptedTransport { _, _ in answer },
      retry: .never
    )
    let seen = Mutex<[ResponseMetadata]>([])
    let options = CallOptions(onResponse: { metadata in seen.withLock { $0.append(metadata) } })
    await #expect(throws: XRPCError<Sample.GetThing.Failure>.self) {
      try await client.query(Sample.GetThing.self, .init(actor: "a.example"), options: options)
    }
    #expect(seen.withLock { $0.map(\.status) } == [429])
    #expect(seen.withLock { $0.first?.rateLimit?.remaining } == 7)
  }

  @Test(
    arguments: [
      [("RateLimit-Limit", "1")], [("RateLimit-Limit", "-1")] + notice.dropFirst(),
      [("RateLimit-Limit", "99999999999999999999")] + notice.dropFirst(),
    ]
  )
  func incompleteRateLimitIsIgnored(_ fields: [(String, String)]) {
    #expect(ResponseMetadata(response("", .ok, fields).head).rateLimit == nil)
  }

  @Test func proxyAndLabelerHeadersAreSent() async throws {
    let transport = ScriptedTransport { _, _ in .json(#"{"text":"x"}"#) }
    let client = XRPCClient(service: XRPCClientTests.service, transport: transport)
      .proxied(to: DID("did:web:api.example"), service: "bsky_appview")
      .accepting(labelers: [
        AcceptedLabeler(DID("did:web:a.example"), redacts: true),
        AcceptedLabeler(DID("did:web:b.example")),
      ])
    _ = try await client.query(Sample.GetThing.self, .init(actor: "a.example"))
    let fields = transport.requests[0].headerFields
    #expect(fields[HTTPField.Name("atproto-proxy")!] == "did:web:api.example#bsky_appview")
    #expect(
      fields[HTTPField.Name("atproto-accept-labelers")!]
        == "did:web:a.example;redact, did:web:b.example"
    )
  }
}
