public import ATProtoHTTP
public import ATProtoSyntax

// did:web in AT Protocol (DID specification):
//
//   did:web   = "did:web:" host
//   host      = hostname / "localhost" [ "%3A" port ]         ; the latter in development
//
// "Path-based DIDs are not supported", and each further colon would begin a path.

extension DID {
  /// Returns the URL of the document of a `did:web`.
  ///
  /// - Parameter allowsLocalhost: whether `localhost`, with or without a port, is allowed; its document
  ///   is fetched over plain HTTP.
  /// - Throws: ``IdentityError/Code/disallowed`` if the DID does not name a public host.
  /// - Precondition: the DID method is `web`.
  public func webDocumentURL(allowsLocalhost: Bool = false) throws(IdentityError) -> HTTPURL {
    precondition(method == "web", "only did:web has a document URL")
    let path = "/.well-known/did.json"
    let text = identifier.lowercased()
    if text == "localhost" || text.hasPrefix("localhost%") {
      guard allowsLocalhost else {
        throw IdentityError(.disallowed, "\(self) is allowed only in development")
      }
      if let url = Self.localURL(text.dropFirst("localhost".count), path) { return url }
      throw IdentityError(.disallowed, "\(self) does not have a valid port")
    }
    guard !text.contains(":") else {
      throw IdentityError(.disallowed, "\(self) has a path, which AT Protocol does not support")
    }
    // A host name has the syntax of a handle, and "the same restrictions on top-level domains that
    // apply to handles also apply to did:web domains".
    guard let host = try? Handle(text), !host.hasDisallowedTopLevelDomain,
      let url = HTTPURL(host: host.string, target: path)
    else {
      throw IdentityError(.disallowed, "\(self) does not name a public host")
    }
    return url
  }

  private static func localURL(_ rest: Substring, _ path: String) -> HTTPURL? {
    if rest.isEmpty { return HTTPURL(scheme: "http", host: "localhost", target: path) }
    guard rest.hasPrefix("%3a"), let port = UInt16(rest.dropFirst(3)), port > 0 else { return nil }
    return HTTPURL(scheme: "http", host: "localhost", port: port, target: path)
  }
}
