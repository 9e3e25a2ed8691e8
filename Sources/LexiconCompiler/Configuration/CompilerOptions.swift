/// What to emit, and into which modules.
public struct CompilerOptions: Hashable, Sendable {
  /// The access level of everything emitted.
  public enum Access: String, CaseIterable, Hashable, Sendable {
    case `public`
    case `package`
    case `internal`
  }

  /// A part of the output.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// Value types, codecs and method descriptors.
    case types
    /// Client calls.
    case client
    /// Server stubs and routes.
    case server
  }

  public var access: Access = .public
  public var parts: Set<Part> = Set(Part.allCases)
  /// The module that takes everything; nil for a module per authority.
  public var singleModule: String?
  /// The module of an authority (`app.bsky`), where it is not the one that its name gives.
  public var modules: [String: String] = [:]
  /// Modules generated elsewhere, by authority: imported, not emitted.
  public var externalModules: [String: String] = [:]

  public init() {}

  /// The module that declares the types of `authority` (`app.bsky`).
  public func module(ofAuthority authority: String) -> String {
    if let external = externalModules[authority] { return external }
    if let name = modules[authority] { return name }
    if let singleModule { return singleModule }
    return CompilerOptions.defaultModule(ofAuthority: authority)
  }

  /// `app.bsky` -> `AppBskyAPI`.
  public static func defaultModule(ofAuthority authority: String) -> String {
    SwiftName.type(authority) + "API"
  }
}
