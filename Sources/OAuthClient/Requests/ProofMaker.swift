import ATProtoAuth
import ATProtoCrypto
import ATProtoHTTP
import HTTPTypes

/// Signs requests with one key, and keeps the nonces that servers send for it.
struct ProofMaker: Sendable {
  private let key: DPoPKey
  private let nonces: DPoPNonceCache

  init(_ key: PrivateKey, _ nonces: DPoPNonceCache) {
    self.key = DPoPKey(key)
    self.nonces = nonces
  }

  /// Adds a proof to a request (RFC 9449, 4.2), with the server's latest nonce.
  ///
  /// - Parameter accessToken: the token in the request, if there is one.
  func signed(
    _ request: HTTPRequest,
    accessToken: String? = nil,
    at seconds: Int
  ) -> HTTPRequest {
    let origin = "\(request.scheme ?? "")://\(request.authority ?? "")"
    // `htu`: "without query and fragment parts".
    let path = (request.path ?? "/").prefix { $0 != "?" && $0 != "#" }
    var request = request
    request.headerFields[.dpop] = key.proof(
      method: request.method.rawValue,
      url: origin + path,
      nonce: nonces.nonce(of: origin, for: key.thumbprint),
      accessToken: accessToken,
      at: seconds
    )
    return request
  }

  /// Keeps the nonce of a response. Returns whether it has one.
  @discardableResult
  func note(_ head: HTTPResponse, of origin: String) -> Bool {
    nonces.note(head, of: origin, for: key.thumbprint)
  }
}
