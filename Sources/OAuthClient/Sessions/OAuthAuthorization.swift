import ATProtoHTTP
import HTTPTypes
import XRPCClient

/// Authorizes the requests of an account with its access token and a proof of possession (RFC 9449, 7).
struct OAuthAuthorization: RequestAuthorization {
  let shared: SharedSession<StoredOAuthSession>
  let nonces: DPoPNonceCache
  let now: @Sendable () -> Int

  /// A token that expires while the request travels would be refused.
  private static let margin = 10

  var hasEnded: Bool {
    get async { await shared.current == nil }
  }

  func authorize(
    _ request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) -> HTTPRequest {
    var session = try await shared.session(deadline: deadline)
    guard request.scheme == session.service.scheme, request.authority == session.service.authority
    else {
      // The token is for the account's PDS, and nothing else may see it.
      throw TransportError(
        code: .unsupported,
        reason: "the session belongs to \(session.service), not to \(request.authority ?? "")"
      )
    }
    let seconds = now()
    if let expiry = session.tokens.expiresAt, expiry <= seconds + Self.margin,
      session.tokens.refresh != nil
    {
      session = try await shared.session(
        renewedAfter: session.accessToken,
        deadline: deadline
      )
    }
    var request = request
    request.headerFields[.authorization] = Self.scheme + session.accessToken
    return ProofMaker(session.dpopKey, nonces)
      .signed(request, accessToken: session.accessToken, at: seconds)
  }

  func received(_ head: HTTPResponse, to request: HTTPRequest) async {
    guard let session = await shared.current else { return }
    ProofMaker(session.dpopKey, nonces).note(head, of: "\(session.service)")
  }

  /// Servers report the error in the header, in the body, or in both.
  func rejectedCredential(in refusal: HTTPTransportResponse) -> RejectedCredential? {
    let status = refusal.head.status.code
    guard status == 400 || status == 401 else { return nil }
    let error = ErrorResponse(refusal)
    if error.says("use_dpop_nonce") {
      return refusal.head.headerFields[.dpopNonce] == nil ? nil : .proof
    }
    let isStale = ["invalid_token", "InvalidToken", "ExpiredToken"].contains { error.error == $0 }
    return error.challengeSays("invalid_token") || isStale ? .token : nil
  }

  func renew(
    after request: HTTPRequest,
    deadline: ContinuousClock.Instant
  ) async throws(TransportError) {
    let stale = request.headerFields[.authorization]?.dropFirst(Self.scheme.count) ?? ""
    _ = try await shared.session(renewedAfter: String(stale), deadline: deadline)
  }

  private static let scheme = "DPoP "
}
