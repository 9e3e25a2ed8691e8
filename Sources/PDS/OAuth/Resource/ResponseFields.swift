import HTTPTypes
import XRPCServer

/// The header fields of responses to calls with credentials.
struct ResponseFields: Sendable {
  let proofs: DPoPVerifier

  /// RFC 9449, 8.2: the next nonce is in every response to a call with DPoP, so that clients need no
  /// extra round trip. Responses of an account must not be kept by caches that others share.
  func fields(for request: HTTPFields) -> HTTPFields {
    guard let authorization = request[.authorization] else { return [:] }
    var fields: HTTPFields = [.cacheControl: "private", .vary: "Authorization"]
    if Self.isDPoP(authorization) || request.contains(.dpop) {
      fields[.dpopNonce] = proofs.nonce(at: currentSeconds())
    }
    return fields
  }

  /// Whether the scheme is DPoP, in any case (RFC 9110, 11.1), with a token or without.
  private static func isDPoP(_ authorization: String) -> Bool {
    authorization.utf8.prefix(4).map { $0 | 0x20 } == Array("dpop".utf8)
  }
}
