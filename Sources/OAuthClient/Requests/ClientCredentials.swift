import ATProtoAuth

/// How the app identifies itself to an authorization server: by its `client_id`, and by a signed
/// assertion if it is a confidential client (RFC 7523, 2.2).
struct ClientCredentials: Sendable {
  let clientID: String
  /// Nil for a public client.
  let key: ClientKey?

  /// The fields of one request. Each has an assertion of its own, because its `jti` can be used once.
  func fields(for issuer: String, at seconds: Int) -> [String: String] {
    var fields = ["client_id": clientID]
    guard let key else { return fields }
    fields["client_assertion_type"] = ClientAssertion.type
    fields["client_assertion"] = ClientAssertion.sign(
      client: clientID,
      issuer: issuer,
      key: key.privateKey,
      keyID: key.id,
      at: seconds
    )
    return fields
  }
}
