import ATProtoAuth

/// Parsed scopes by their text. With permission sets expanded, a scope can have thousands of values,
/// and it is needed at each call.
///
/// A value type: its owner guards it.
struct ScopeCache: Sendable {
  /// Bytes of all texts. Parsed, a scope takes a few times as much.
  static let maximumBytes = 4 << 20

  private var scopes: [String: OAuthScope] = [:]
  private var bytes = 0

  /// The number of scopes in the cache.
  var count: Int { scopes.count }

  /// The scope, parsed or found.
  mutating func scope(_ text: String) throws(OAuthError) -> OAuthScope {
    if let known = scopes[text] { return known }
    let scope = try OAuthScope(text)
    if bytes + text.utf8.count > Self.maximumBytes {
      // Few scopes are in use at a time; the others are not worth an order.
      scopes = [:]
      bytes = 0
    }
    scopes[text] = scope
    bytes += text.utf8.count
    return scope
  }
}
