import ATProtoSyntax
import ComAtprotoAPI

/// Which handles the server gives out itself: one label below one of its domains.
struct HandlePolicy: Sendable {
  typealias Failure = ComAtproto.Server.CreateAccount.Failure

  /// Each with its leading dot, in lower case.
  let domains: [String]

  /// Names that people would take for the server itself.
  private static let reserved: Set<String> = [
    "about", "abuse", "account", "admin", "administrator", "api", "atproto", "auth", "blog",
    "contact", "help", "hostmaster", "info", "localhost", "login", "mail", "moderation",
    "moderator", "oauth", "official", "pds", "postmaster", "privacy", "root", "security",
    "server", "settings", "signup", "static", "status", "support", "terms", "webmaster",
    "well-known", "www", "xrpc",
  ]

  init(_ configuration: PDSConfiguration) {
    domains = configuration.handleDomains.map { $0.lowercased() }
  }

  /// Whether the handle, in lower case, is at or below one of the server's domains.
  func covers(_ handle: Handle) -> Bool {
    domains.contains { handle.string.hasSuffix($0) || handle.string == $0.dropFirst() }
  }

  func checkTopLevelDomain(_ handle: Handle) throws(Failure) {
    if handle.hasDisallowedTopLevelDomain {
      throw .invalidHandle(message: "no handle may end in .\(handle.topLevelDomain)")
    }
  }

  /// The handle in lower case, if it may be given out.
  ///
  /// - Parameter isReservedAllowed: for the administrator.
  func check(
    _ wished: Handle,
    isReservedAllowed: Bool = false
  ) throws(Failure) -> Handle {
    let handle = wished.normalized
    try checkTopLevelDomain(handle)
    guard let domain = domains.first(where: handle.string.hasSuffix) else {
      throw .unsupportedDomain(
        message: "handles here end in \(domains.joined(separator: " or ")); a handle of another "
          + "domain is for an account that has its DID"
      )
    }
    let name = handle.string.dropLast(domain.utf8.count)
    guard !name.contains(".") else {
      throw .invalidHandle(message: "a handle is one label below \(domain)")
    }
    // The bounds of the reference implementation, for handles that move between servers.
    guard (3...18).contains(name.utf8.count) else {
      throw .invalidHandle(message: "a name has 3 to 18 characters before \(domain)")
    }
    guard isReservedAllowed || !Self.reserved.contains(String(name)) else {
      throw .handleNotAvailable(message: "\(handle) is reserved")
    }
    return handle
  }
}
