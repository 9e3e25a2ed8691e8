import ATProtoSyntax
import ComAtprotoAPI

/// Decides which handles the server assigns: one label below one of its domains.
struct HandlePolicy: Sendable {
  typealias Failure = ComAtproto.Server.CreateAccount.Failure

  /// The domains in lower case, each with its leading dot.
  let domains: [String]

  /// Names that could be mistaken for the server itself.
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

  /// Whether a handle, in lower case, is one of the server's domains or below one.
  func covers(_ handle: Handle) -> Bool {
    domains.contains { handle.string.hasSuffix($0) || handle.string == $0.dropFirst() }
  }

  func checkTopLevelDomain(_ handle: Handle) throws(Failure) {
    if handle.hasDisallowedTopLevelDomain {
      throw .invalidHandle(message: "a handle must not end in .\(handle.topLevelDomain)")
    }
  }

  /// The handle in lower case.
  ///
  /// Throws if the server must not assign it: `UnsupportedDomain`, `InvalidHandle` or
  /// `HandleNotAvailable`.
  ///
  /// - Parameter isReservedAllowed: whether reserved names are allowed: true for the administrator.
  func check(
    _ wished: Handle,
    isReservedAllowed: Bool = false
  ) throws(Failure) -> Handle {
    let handle = wished.normalized
    try checkTopLevelDomain(handle)
    guard let domain = domains.first(where: handle.string.hasSuffix) else {
      throw .unsupportedDomain(
        message: "a new handle must end in \(domains.joined(separator: " or ")); a handle of "
          + "another domain requires an existing DID"
      )
    }
    let name = handle.string.dropLast(domain.utf8.count)
    guard !name.contains(".") else {
      throw .invalidHandle(message: "a handle must be a single label below \(domain)")
    }
    // The limits of the reference implementation, so that handles can move between servers.
    guard (3...18).contains(name.utf8.count) else {
      throw .invalidHandle(message: "a handle must have 3 to 18 characters before \(domain)")
    }
    guard isReservedAllowed || !Self.reserved.contains(String(name)) else {
      throw .handleNotAvailable(message: "\(handle) is reserved")
    }
    return handle
  }
}
