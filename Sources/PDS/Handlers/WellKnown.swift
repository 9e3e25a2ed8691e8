import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore

/// What is served outside of XRPC.
struct WellKnown: Sendable {
  let configuration: PDSConfiguration
  let did: String
  let baseURL: ServiceBaseURL
  let accounts: Accounts

  func respond(to request: Request) async throws -> Response {
    switch request.uri.path {
    case "/.well-known/atproto-did":
      // Handle specification, "HTTPS well-known Method": the host is the handle.
      let host = request.head.authority?.split(separator: ":").first.map(String.init)
      guard let host, let handle = try? Handle(host).normalized,
        let account = try await accounts.account(handle)
      else { return text("no such handle\n", .notFound) }
      return text(account.did.string, .ok)
    case "/.well-known/did.json":
      return json(document, .ok)
    case "/tls-check": return try await certificateAnswer(to: request)
    case "/":
      return text("A Personal Data Server of the AT Protocol; its methods are below /xrpc/.\n", .ok)
    default:
      return text("nothing is here\n", .notFound)
    }
  }

  /// What a proxy asks before it obtains a certificate: only for names that are served here, so
  /// that nobody makes it obtain others (as beside the reference implementation).
  private func certificateAnswer(to request: Request) async throws -> Response {
    guard let domain = request.uri.queryParameters["domain"]?.lowercased(), !domain.isEmpty else {
      return json(error: "InvalidRequest", "the parameter domain is missing", .badRequest)
    }
    if domain == configuration.hostname { return json(["success": true], .ok) }
    guard let handle = try? Handle(domain).normalized,
      configuration.handleDomains.contains(where: { domain.hasSuffix($0) })
    else { return json(error: "InvalidRequest", "no name of this server", .badRequest) }
    guard try await accounts.account(handle) != nil else {
      return json(error: "NotFound", "no such handle", .notFound)
    }
    return json(["success": true], .ok)
  }

  /// The DID document of the server itself.
  private var document: DataValue {
    [
      "@context": ["https://www.w3.org/ns/did/v1"],
      "id": .string(did),
      "service": [
        [
          "id": "#atproto_pds",
          "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": .string(baseURL.url),
        ]
      ],
    ]
  }

  private func json(
    error: String,
    _ message: String,
    _ status: HTTPResponse.Status
  ) -> Response {
    json(["error": .string(error), "message": .string(message)], status)
  }

  private func json(_ value: DataValue, _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.jsonBytes()))
    )
  }

  private func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }
}
