import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore

/// What is served outside of XRPC.
struct WellKnown: Sendable {
  let core: PDSCore

  func respond(to request: Request) async throws -> Response {
    switch request.uri.path {
    case "/.well-known/atproto-did":
      // Handle specification, "HTTPS well-known Method": the host is the handle.
      let host = request.head.authority?.split(separator: ":").first.map(String.init)
      guard let host, let handle = try? Handle(host).normalized,
        let account = try await core.store.read({ transaction in
          try transaction.accounts.account(handle)
        })
      else { return text("no such handle\n", .notFound) }
      return text(account.did.string, .ok)
    case "/.well-known/did.json":
      return Response(
        status: .ok,
        headers: [.contentType: "application/json"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.jsonBytes()))
      )
    case "/":
      return text("A Personal Data Server of the AT Protocol; its methods are below /xrpc/.\n", .ok)
    default:
      return text("nothing is here\n", .notFound)
    }
  }

  /// The DID document of the server itself.
  private var document: DataValue {
    [
      "@context": ["https://www.w3.org/ns/did/v1"],
      "id": .string(core.serverDID.string),
      "service": [
        [
          "id": "#atproto_pds",
          "type": "AtprotoPersonalDataServer",
          "serviceEndpoint": .string(core.address.url),
        ]
      ],
    ]
  }

  private func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
    Response(
      status: status,
      headers: [.contentType: "text/plain; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }
}
