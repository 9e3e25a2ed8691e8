public import ATProtoHTTP
import ATProtoSyntax

// OAuth specification, "Clients" and "Localhost Client Development":
//
//   client-id = https-url-with-path                                  ; the URL of the document
//             / "http://localhost" [ "/" ] [ "?" query ]             ; of developers
//   query     = parameters "redirect_uri" (any number) and "scope" (at most one)

/// The identifier of a client: the URL of its metadata document, or a URL on `localhost` that
/// contains the metadata of a client under development.
public struct OAuthClientID: Hashable, Sendable {
  /// The forms of an identifier.
  public enum Kind: Hashable, Sendable {
    /// The document is fetched from this URL.
    case document(HTTPURL)
    /// There is no document; this is its content.
    case localhost(redirectURIs: [String], scope: OAuthScope)
  }

  /// The identifier, exactly as it was given.
  public let string: String
  /// The form of the identifier.
  public let kind: Kind
  /// Whether documents and key sets may lie on loopback IP addresses, for development.
  public let allowsLoopback: Bool

  /// Reads an identifier.
  ///
  /// Throws ``OAuthError/Code/invalidClientMetadata`` for one that must not be fetched.
  ///
  /// - Parameter allowsLoopback: whether `http://127.0.0.1:PORT/path` and `http://[::1]:PORT/path`
  ///   are allowed too, for development.
  public init(_ text: String, allowsLoopback: Bool = false) throws(OAuthError) {
    string = text
    self.allowsLoopback = allowsLoopback
    if let rest = text.withoutPrefix("http://localhost"), rest.isEmpty || "/?".contains(rest.first!)
    {
      let client = try LocalhostClient(rest)
      kind = .localhost(redirectURIs: client.redirectURIs, scope: client.scope)
    } else {
      kind = .document(try Self.documentURL(text, allowsLoopback))
    }
  }

  /// Whether the client is one of development: on `localhost` or a loopback IP address.
  public var isDevelopment: Bool {
    switch kind {
    case .document(let url): url.scheme == "http"
    case .localhost: true
    }
  }

  private static func documentURL(
    _ text: String,
    _ allowsLoopback: Bool
  ) throws(OAuthError) -> HTTPURL {
    func refused(_ reason: String) -> OAuthError {
      OAuthError(
        .invalidClientMetadata,
        "client_id '\(text.prefix(100))' is not a valid client ID: \(reason)"
      )
    }
    guard let url = HTTPURL(text) else {
      throw refused("it must be the https URL of a client metadata document")
    }
    guard !text.contains("#") else { throw refused("it must not have a fragment") }
    if !(allowsLoopback && url.isLoopback) {
      guard url.scheme == "https" else {
        throw refused("it must be an https URL, or http://localhost for development")
      }
      if let refusal = PublicHost.refusal(of: url.host) { throw refused(refusal) }
      // "There must not be a port number included."
      guard text.withoutPrefix(url.origin) != nil, url.port == nil else {
        throw refused("it must not have a port, and its host must be in lowercase")
      }
    }
    // draft-ietf-oauth-client-id-metadata-document, 3: "MUST contain a path component, MUST NOT
    // contain single-dot or double-dot path segments".
    guard url.path != "/", url.path.last != "/" else {
      throw refused("it must have a path that does not end in a slash")
    }
    guard url.description == text, isCanonical(url.path) else {
      throw refused("it must be in canonical form")
    }
    return url
  }

  private static func isCanonical(_ path: Substring) -> Bool {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    return segments.allSatisfy { segment in
      ![".", "..", "%2e", ".%2e", "%2e.", "%2e%2e"].contains(segment.lowercased())
    } && !path.utf8.contains { "\"<>^`{|}".utf8.contains($0) }
  }
}

extension OAuthClientID: CustomStringConvertible {
  /// The identifier, exactly as it was given.
  public var description: String { string }
}

/// What the query of a `client_id` on `localhost` declares.
struct LocalhostClient {
  /// The longest identifier, in bytes.
  static let maximumLength = 8192
  static let maximumRedirectURIs = 32

  var redirectURIs: [String] = []
  var scope: OAuthScope

  /// - Parameter rest: what follows `http://localhost`.
  init(_ rest: Substring) throws(OAuthError) {
    func refused(_ reason: String) -> OAuthError {
      OAuthError(.invalidClientMetadata, "client_id http://localhost: \(reason)")
    }
    guard rest.utf8.count <= Self.maximumLength else { throw refused("it is too long") }
    guard !rest.contains("#") else { throw refused("it must not have a fragment") }
    var query = rest.withoutPrefix("/") ?? rest
    guard query.isEmpty || query.first == "?" else {
      throw refused("it must not have a path or port; use only a query")
    }
    query = query.dropFirst()
    var scopes: [String] = []
    for pair in query.split(separator: "&") {
      let name = pair.prefix { $0 != "=" }
      guard let bytes = PercentEncoding.decodeForm(pair.dropFirst(name.count + 1).utf8),
        let value = String(validating: bytes, as: UTF8.self)
      else { throw refused("its query is not percent-encoded UTF-8") }
      switch name {
      case "redirect_uri": redirectURIs.append(value)
      case "scope": scopes.append(value)
      default: throw refused("its query may have only redirect_uri and scope")
      }
    }
    guard scopes.count <= 1 else { throw refused("it must not have more than one scope") }
    guard redirectURIs.count <= Self.maximumRedirectURIs else {
      throw refused("it has more than \(Self.maximumRedirectURIs) redirect URIs")
    }
    do throws(OAuthError) {
      scope = try OAuthScope(scopes.first ?? "atproto")
      for uri in redirectURIs {
        guard case .loopback = try RedirectURI(uri) else {
          throw OAuthError(.invalidRedirectURI, "'\(uri.prefix(100))' is not on 127.0.0.1 or [::1]")
        }
      }
    } catch {
      throw refused(error.reason)
    }
    guard scope.hasATProto else { throw refused("its scope must contain atproto") }
    if redirectURIs.isEmpty { redirectURIs = ["http://127.0.0.1/", "http://[::1]/"] }
  }
}

extension StringProtocol where SubSequence == Substring {
  /// What follows a prefix, compared by bytes; nil if the text does not start with it.
  func withoutPrefix(_ prefix: String) -> Substring? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return self[utf8.index(startIndex, offsetBy: prefix.utf8.count)...]
  }
}
