import ATProtoCrypto
import ATProtoData
import ATProtoHTTP

extension OAuthClientMetadata {
  static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 16,
    elements: 4096,
    stringLength: maximumLength,
    keyLength: 1024
  )

  /// Reads the document of a client.
  ///
  /// Unknown fields are ignored, and so are unknown values of `scope`. Throws
  /// ``OAuthError/Code/invalidClientMetadata`` and names the field that is wrong.
  ///
  /// - Parameters:
  ///   - json: the document in UTF-8.
  ///   - id: the URL from which it was fetched.
  public init(json: [UInt8], id: OAuthClientID) throws(OAuthError) {
    let fields = try MetadataFields(json)
    // "Must exactly match the full URL used to fetch the client metadata file itself."
    guard try fields.string("client_id") == id.string else {
      throw .metadata("client_id", "it must be exactly \(id.string.prefix(200))")
    }
    // "DPoP is mandatory for all clients, so this must be present and `true`."
    guard fields["dpop_bound_access_tokens"] == .boolean(true) else {
      throw .metadata("dpop_bound_access_tokens", "it must be true")
    }
    // Both are required here, although RFC 7591, 2 has defaults for them.
    guard try fields.strings("response_types")?.contains("code") ?? false else {
      throw .metadata("response_types", "it must contain code")
    }
    let grants = try fields.strings("grant_types") ?? []
    guard grants.contains("authorization_code") else {
      throw .metadata("grant_types", "it must contain authorization_code")
    }
    let known: Set = ["authorization_code", "refresh_token"]
    guard Set(grants).isSubset(of: known), Set(grants).count == grants.count else {
      throw .metadata("grant_types", "only authorization_code and refresh_token are supported")
    }
    guard
      let type = ApplicationType(rawValue: try fields.string("application_type") ?? "web")
    else { throw .metadata("application_type", "it must be web or native") }
    try self.init(
      id: id,
      redirectURIs: try fields.strings("redirect_uris") ?? [],
      scope: try fields.scope(),
      applicationType: type,
      usesRefreshTokens: grants.contains("refresh_token"),
      authentication: try fields.authentication(),
      display: Display(
        name: try fields.string("client_name")
          .flatMap { DisplayText.cleaned($0, maximumLength: 100) },
        uri: try fields.string("client_uri"),
        logo: try fields.string("logo_uri"),
        terms: try fields.string("tos_uri"),
        policy: try fields.string("policy_uri")
      )
    )
  }

  /// The document to publish at the client ID, with the content type `application/json`.
  public var json: [UInt8] { DataValue.object(members).jsonBytes() }

  private var members: DataObject {
    var grants: [DataValue] = ["authorization_code"]
    if usesRefreshTokens { grants.append("refresh_token") }
    var members: DataObject = [
      "client_id": .string(id.string), "redirect_uris": .array(redirectURIs.map(DataValue.string)),
      "scope": .string(scope.description), "application_type": .string(applicationType.rawValue),
      "grant_types": .array(grants), "response_types": ["code"], "dpop_bound_access_tokens": true,
      "token_endpoint_auth_method": isConfidential ? "private_key_jwt" : "none",
    ]
    switch authentication {
    case .none: break
    case .keys(let set, _): members["jwks"] = ["keys": set.value]
    case .keysAt(let url, _): members["jwks_uri"] = .string(url.description)
    }
    if isConfidential {
      members["token_endpoint_auth_signing_alg"] = .string((signingAlgorithm ?? .es256).rawValue)
    }
    members["client_name"] = display.name.map(DataValue.string)
    members["client_uri"] = display.uri.map(DataValue.string)
    members["logo_uri"] = display.logo.map(DataValue.string)
    members["tos_uri"] = display.terms.map(DataValue.string)
    members["policy_uri"] = display.policy.map(DataValue.string)
    return members
  }
}

/// The fields of a client's document.
private struct MetadataFields {
  private let value: JSONValue

  init(_ json: [UInt8]) throws(OAuthError) {
    do throws(DataError) {
      value = try JSONValue(json: json, limits: OAuthClientMetadata.limits)
    } catch {
      throw OAuthError(.invalidClientMetadata, "the client metadata is not valid JSON: \(error)")
    }
    guard case .object = value else {
      throw OAuthError(.invalidClientMetadata, "the client metadata is not a JSON object")
    }
  }

  /// Null counts as absent.
  subscript(name: String) -> JSONValue? {
    value[name].flatMap { $0 == .null ? nil : $0 }
  }

  func string(_ name: String) throws(OAuthError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.string else { throw .metadata(name, "it must be a string") }
    return text
  }

  func strings(_ name: String) throws(OAuthError) -> [String]? {
    guard let value = self[name] else { return nil }
    guard case .array(let elements) = value, case let strings = elements.compactMap(\.string),
      strings.count == elements.count
    else { throw .metadata(name, "it must be an array of strings") }
    return strings
  }

  func scope() throws(OAuthError) -> OAuthScope {
    guard let text = try string("scope") else { throw .metadata("scope", "it is required") }
    let scope: OAuthScope
    do throws(OAuthError) {
      scope = try OAuthScope(text)
    } catch {
      throw .metadata("scope", error.reason)
    }
    guard scope.description == text else { throw .metadata("scope", "it has a value twice") }
    return scope
  }

  func authentication() throws(OAuthError) -> OAuthClientMetadata.Authentication {
    let algorithmName = try string("token_endpoint_auth_signing_alg")
    // "`none` is never allowed here."
    let algorithm = algorithmName.flatMap(JWTAlgorithm.init)
    if algorithmName != nil, algorithm == nil || algorithm == .hs256 {
      throw .metadata("token_endpoint_auth_signing_alg", "it must be ES256 or ES256K")
    }
    let keys = try keySet()
    let uri = try string("jwks_uri")
    // "Either this field or the `jwks_uri` field must be provided for confidential clients, but not
    // both."
    if keys != nil, uri != nil { throw .metadata("jwks", "jwks and jwks_uri exclude each other") }
    switch try string("token_endpoint_auth_method") {
    case nil, "none": return .none
    case "private_key_jwt":
      if let keys { return .keys(keys, algorithm: algorithm) }
      guard let uri else { throw .metadata("jwks", "private_key_jwt needs jwks or jwks_uri") }
      guard let url = HTTPURL(uri) else { throw .metadata("jwks_uri", "it must be an https URL") }
      return .keysAt(url, algorithm: algorithm)
    default:
      throw .metadata("token_endpoint_auth_method", "it must be none or private_key_jwt")
    }
  }

  private func keySet() throws(OAuthError) -> JWKSet? {
    guard let value = self["jwks"] else { return nil }
    do throws(CryptoError) {
      return try JWKSet(value)
    } catch {
      throw .metadata("jwks", error.reason)
    }
  }
}
