/// What to emit, and into which modules and files.
public struct CompilerOptions: Hashable, Sendable {
  /// The access level of everything emitted.
  public enum Access: String, CaseIterable, Hashable, Sendable {
    case `public`
    case `package`
    case `internal`
  }

  /// A part of the output.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// Value types, codecs and method descriptors. Always emitted.
    case types
    /// Calls for clients.
    case client
    /// Handlers and routes for servers.
    case server
  }

  /// The access level of every declaration; public by default.
  public var access: Access = .public
  /// The parts to emit; all by default.
  public var parts: Set<Part> = Set(Part.allCases)
  /// Whether only protocols for handlers in an app view are emitted: one for each query and
  /// procedure, whose types are declared by other modules. ``parts`` and ``layout`` then have no
  /// effect.
  public var emitsOnlyIndexHandlers = false
  /// The single module that declares the types for which handlers are emitted; nil for one module
  /// per namespace root.
  public var typesModule: String?
  /// The single module for everything; nil for one module per namespace root.
  public var singleModule: String?
  /// Module names by namespace root (`app.bsky`), for modules whose names differ from the default.
  public var modules: [String: String] = [:]
  /// Modules generated elsewhere, by namespace root: imported, not emitted.
  public var externalModules: [String: String] = [:]
  /// Where the files are placed; a directory for each module by default.
  public var layout: OutputLayout = .directoryPerModule

  /// Creates the default options.
  public init() {}

  /// The module that declares the types of a namespace root (`app.bsky`).
  public func module(ofNamespaceRoot root: String) -> String {
    if let external = externalModules[root] { return external }
    if let name = modules[root] { return name }
    if let singleModule { return singleModule }
    return CompilerOptions.defaultModule(ofNamespaceRoot: root)
  }

  /// `AppBskyAPI` for `app.bsky`.
  public static func defaultModule(ofNamespaceRoot root: String) -> String {
    SwiftName.type(root) + "API"
  }
}
