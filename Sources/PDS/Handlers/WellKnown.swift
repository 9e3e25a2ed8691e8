import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import ServiceKit

/// The responses of a PDS outside of XRPC.
struct WellKnown: Sendable {
  static let paths = WellKnownDocuments.paths + [certificatePath]
  private static let certificatePath = "/tls-check"

  private let documents: WellKnownDocuments
  private let hostname: String
  private let handleDomains: [String]
  private let accounts: Accounts

  init(configuration: PDSConfiguration, did: DID, baseURL: ServiceBaseURL, accounts: Accounts) {
    hostname = configuration.hostname
    handleDomains = configuration.handleDomains
    self.accounts = accounts
    documents = WellKnownDocuments(
      of: did,
      services: [.init(id: "#atproto_pds", type: "AtprotoPersonalDataServer")],
      baseURL: { baseURL.url },
      greeting: "This is an AT Protocol Personal Data Server. Its methods are at /xrpc/."
    ) { handle in
      // As on the reference implementation, accounts that are not served have no handle here.
      let account = try await accounts.account(handle)
      return account?.status.isActive == true ? account?.did : nil
    }
  }

  func respond(to request: Request) async throws -> Response {
    if request.uri.path == Self.certificatePath {
      return try await certificateResponse(to: request)
    }
    return try await documents.response(to: request) ?? .text("not found\n", .notFound)
  }

  /// Answers a reverse proxy that is about to obtain a certificate. The check succeeds only for
  /// names of this server, so that clients cannot make the proxy obtain other certificates (as in
  /// the reference implementation's distribution).
  private func certificateResponse(to request: Request) async throws -> Response {
    guard let domain = request.uri.queryParameters["domain"]?.lowercased(), !domain.isEmpty else {
      return .error("InvalidRequest", "missing parameter: domain", .badRequest)
    }
    if domain == hostname { return .json(["success": true]) }
    guard let handle = try? Handle(domain).normalized,
      handleDomains.contains(where: { domain.hasSuffix($0) })
    else { return .error("InvalidRequest", "not a name of this server", .badRequest) }
    guard try await accounts.account(handle) != nil else {
      return .error("NotFound", "handle not found", .notFound)
    }
    return .json(["success": true])
  }
}
