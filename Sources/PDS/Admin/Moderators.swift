import ATProtoAuth
import ATProtoIdentity
import ATProtoSyntax
import ServiceKit
import XRPC
import XRPCServer

/// Decides who may moderate: the administrator, with the password, and the moderation service of the
/// operator's settings, with a token that it signs itself.
///
/// Methods that change what only the operator should change, such as passwords and keys, accept just
/// the ``Administrator``.
struct Moderators: Sendable {
  private let administrator: Administrator
  private let service: DID?
  private let tokens: ServiceAuthentication

  /// Throws ``ServiceError/Code/configuration`` if the hostname is not valid.
  init(
    _ administrator: Administrator,
    _ configuration: PDSConfiguration,
    _ directory: any IdentityDirectory
  ) throws {
    self.administrator = administrator
    service = configuration.modService?.did
    let did = try configuration.serverDID().string
    tokens = ServiceAuthentication(
      audiences: [did, "\(did)#atproto_pds"],
      // Moderation services sign with the key of their labels, some with the one of their account.
      keyIDs: ["#atproto", "#atproto_label"],
      directory: directory
    )
  }

  /// Throws `AuthenticationRequired` unless the call is from the administrator or the moderation
  /// service.
  func check(_ context: XRPCContext) async throws {
    guard let service, let credentials = context.authorization, tokens.recognizes(credentials)
    else { return try await administrator.check(context) }
    // Before the token is verified, because strangers must not be able to make this server look up
    // identities.
    guard Self.issuer(of: credentials) == service else { throw Self.refusal(service) }
    let caller = try await context.authenticated(by: tokens)
    guard caller.did == service else { throw Self.refusal(service) }
  }

  private static func refusal(_ service: DID) -> XRPCServerError {
    .authenticationRequired("only the administrator and \(service) may call this method")
  }

  /// The DID that a token names as its issuer, with or without the fragment of a service.
  private static func issuer(of credentials: HTTPAuthorization) -> DID? {
    guard case .bearer(let text) = credentials,
      let issuer = (try? JWT(text))?.unverifiedClaims.issuer
    else { return nil }
    return ServiceReference(issuer)?.did ?? (try? DID(issuer))
  }
}
