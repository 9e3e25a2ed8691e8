public import ATProtoHTTP
public import ATProtoSyntax

// did:web in AT Protocol (DID specification):
//
//   did:web   = "did:web:" host
//   host      = hostname / "localhost" [ "%3A" port ]         ; the latter in development
//
// "Path-based DIDs are not supported", and each further colon would begin a path.

extension DID {
  /// Where the document of a `did:web` lies.
  ///
  /// - Parameter allowsLocalhost: whether `localhost`, with or without port, may be meant; its
  ///   document comes over plain HTTP.
  public func webDocumentURL(allowsLocalhost: Bool = false) throws(IdentityError) -> HTTPURL {
    precondition(method == "web", "only did:web is found so")
    let path = "/.well-known/did.json"
    let text = identifier.lowercased()
    if text == "localhost" || text.hasPrefix("localhost%") {
      guard allowsLocalhost else {
        throw IdentityError(.disallowed, "\(self) means every machine itself: development only")
      }
      if let url = Self.localURL(text.dropFirst("localhost".count), path) { return url }
      throw IdentityError(.disallowed, "\(self) has no port after localhost")
    }
    guard !text.contains(":") else {
      throw IdentityError(.disallowed, "\(self) has a path, which the protocol does not support")
    }
    // A host name is a handle in form, and "the same restrictions on top-level domains that apply
    // to handles also apply to did:web domains".
    guard let host = try? Handle(text), !host.hasDisallowedTopLevelDomain,
      let url = HTTPURL(host: host.string, target: path)
    else {
      throw IdentityError(.disallowed, "\(self) names no host in the internet")
    }
    return url
  }

  private static func localURL(_ rest: Substring, _ path: String) -> HTTPURL? {
    if rest.isEmpty { return HTTPURL(scheme: "http", host: "localhost", target: path) }
    guard rest.hasPrefix("%3a"), let port = UInt16(rest.dropFirst(3)), port > 0 else { return nil }
    return HTTPURL(scheme: "http", host: "localhost", port: port, target: path)
  }
}
