import ATProtoAuth
import HTTPTypes
import Synchronization

/// Verifies DPoP proofs (RFC 9449) for the authorization server and for the methods of the PDS, which
/// share nonces and the memory of used proofs.
final class DPoPVerifier: Sendable {
  private let baseURL: ServiceBaseURL
  private let nonces: DPoPNonces
  private let replays = Mutex(DPoPReplays())
  private let keys = DPoPKeyCache()

  /// - Parameter start: The start of the process, in seconds since 1970. Proofs with older nonces are
  ///   refused, since it is not known which of them were used.
  init(secret: [UInt8], baseURL: ServiceBaseURL, start: Int = currentSeconds()) {
    self.baseURL = baseURL
    nonces = DPoPNonces(secret: secret, notBefore: start)
  }

  /// The value of `DPoP-Nonce` in responses.
  func nonce(at seconds: Int = currentSeconds()) -> String { nonces.current(at: seconds) }

  /// Verifies the proof of a request and uses it up.
  ///
  /// Throws `use_dpop_nonce`, `invalid_dpop_proof`, or `temporarily_unavailable`. The parameters are
  /// those of ``proof(in:method:path:accessToken:at:)``.
  func verify(
    _ fields: HTTPFields,
    method: String,
    path: String,
    accessToken: String? = nil,
    at seconds: Int = currentSeconds()
  ) throws(OAuthError) -> DPoPProof {
    let proof = try proof(
      in: fields,
      method: method,
      path: path,
      accessToken: accessToken,
      at: seconds
    )
    try use(proof, at: seconds)
    return proof
  }

  /// The proof of a request, verified except for its single use.
  ///
  /// Throws `use_dpop_nonce` or `invalid_dpop_proof`.
  ///
  /// - Parameters:
  ///   - path: The path of the request; together with the public URL of the server it is the `htu`,
  ///     whatever a reverse proxy does.
  ///   - accessToken: Nil at the endpoints of the authorization server.
  func proof(
    in fields: HTTPFields,
    method: String,
    path: String,
    accessToken: String?,
    at seconds: Int
  ) throws(OAuthError) -> DPoPProof {
    // RFC 9449, 4.3: "There is not more than one DPoP HTTP request header field."
    let values = fields[values: .dpop]
    guard values.count == 1 else {
      throw OAuthError(
        .invalidDPoPProof,
        values.isEmpty ? "a DPoP proof is required" : "the request has several DPoP proofs"
      )
    }
    let proof = try DPoPProof(values[0], keys: keys)
    try proof.verify(
      method: method,
      url: baseURL.url + path,
      accessToken: accessToken,
      nonces: nonces,
      at: seconds
    )
    return proof
  }

  /// Uses a verified proof up (RFC 9449, 11.1). Where an access token is required, it is checked before
  /// this. The endpoints of the authorization server use a proof up before they know the client; their
  /// rate limits keep one network from filling the memory.
  ///
  /// Throws `invalid_dpop_proof` if the proof was used before, and `temporarily_unavailable` if the
  /// memory is full.
  func use(_ proof: DPoPProof, at seconds: Int) throws(OAuthError) {
    try replays.withLock { replays throws(OAuthError) in try replays.accept(proof, at: seconds) }
  }
}

extension HTTPField.Name {
  static let dpop = HTTPField.Name("DPoP")!
  static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
}
