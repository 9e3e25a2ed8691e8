package import ATProtoSyntax

/// The issuer of a service token and the key that signs it, as the token claims.
///
///     iss = did [ "#" service ]    ; the fragment until spring 2026
///     kid = "#" key                ; "#atproto" if it is absent
package struct ServiceIssuer: Hashable, Sendable {
  /// The account.
  package let did: DID
  /// The key, with its `#`.
  package let keyID: String
  /// The fragment of a legacy `iss`, with its `#`.
  package let service: String?

  /// Reads the issuer of a token. Throws ``JWTError/Code/wrongIssuer``.
  package init(_ token: JWT) throws(JWTError) {
    let parts = (token.unverifiedClaims.issuer ?? "")
      .split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard let did = parts.first.flatMap({ try? DID(String($0)) }) else {
      throw JWTError(.wrongIssuer, "the issuer (iss) is not a DID")
    }
    self.did = did
    service = parts.count > 1 ? "#\(parts[1])" : nil
    guard let keyID = token.keyID else {
      // This is how deployed services interpret the legacy form.
      keyID = service == "#atproto_labeler" ? "#atproto_label" : "#atproto"
      return
    }
    guard service == nil else {
      throw JWTError(
        .wrongIssuer,
        "the issuer (iss) has a fragment, but the token also names a key (kid)"
      )
    }
    self.keyID = keyID
  }
}
