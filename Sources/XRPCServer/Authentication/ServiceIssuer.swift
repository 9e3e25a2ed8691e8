import ATProtoCrypto
import ATProtoSyntax

/// Who signed a service token, and with which key, as the token claims.
///
///     iss = did [ "#" service ]    ; the fragment until spring 2026
///     kid = "#" key                ; "#atproto" where it is absent
struct ServiceIssuer: Hashable {
  let did: DID
  let keyID: String
  let service: String?

  init(_ token: JWT) throws(JWTError) {
    let parts = (token.unverifiedClaims.issuer ?? "")
      .split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let did = parts.first.flatMap({ try? DID(String($0)) }) else {
      throw JWTError(.wrongIssuer, "the issuer (iss) is not a DID")
    }
    self.did = did
    service = parts.count > 1 ? "#\(parts[1])" : nil
    guard let keyID = token.keyID else {
      // What deployed services mean by the legacy form.
      keyID = service == "#atproto_labeler" ? "#atproto_label" : "#atproto"
      return
    }
    guard service == nil else {
      throw JWTError(.wrongIssuer, "the issuer (iss) has a fragment beside a key (kid)")
    }
    self.keyID = keyID
  }
}
