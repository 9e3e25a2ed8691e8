/// What is emitted as one Swift module: the intermediate representation.
///
/// Names, shapes, boxing and the canonical order of keys are decided here; templates only lay
/// out.
public struct SwiftModule: Hashable, Sendable {
  public var name: String
  /// Other generated modules that its types refer to, sorted.
  public var imports: [String]
  /// One per NSID group, sorted by group.
  public var files: [SwiftFile]
  /// The enums that stand for authorities and groups, outermost first.
  public var namespaces: [Namespace]

  public init(name: String, imports: [String], files: [SwiftFile], namespaces: [Namespace]) {
    self.name = name
    self.imports = imports
    self.files = files
    self.namespaces = namespaces
  }
}

/// The declarations of one NSID group.
public struct SwiftFile: Hashable, Sendable {
  /// `app.bsky.feed`.
  public var group: String
  /// The Swift path of the group: `AppBsky.Feed`.
  public var scope: String
  /// Relative to the module's folder; known from the group alone.
  public var fileName: String
  public var declarations: [Declaration]
  /// The group's methods, for client calls and server routes.
  public var methods: [Declaration]

  public init(
    group: String,
    scope: String,
    fileName: String,
    declarations: [Declaration],
    methods: [Declaration]
  ) {
    self.group = group
    self.scope = scope
    self.fileName = fileName
    self.declarations = declarations
    self.methods = methods
  }
}

/// A caseless enum for an authority or a group.
public struct Namespace: Hashable, Sendable {
  /// `app.bsky` or `app.bsky.feed`.
  public var nsidPrefix: String
  /// The Swift path of the enclosing namespace; nil for an authority.
  public var scope: String?
  public var name: String
  /// False where a definition's own type serves as the namespace.
  public var isDeclared: Bool
  /// It, or a namespace below it, has methods to call.
  public var hasCalls: Bool
  /// The property that leads to its calls: `client.appBsky.feed`.
  public var callName: String

  public init(
    nsidPrefix: String,
    scope: String?,
    name: String,
    isDeclared: Bool,
    hasCalls: Bool,
    callName: String
  ) {
    self.nsidPrefix = nsidPrefix
    self.scope = scope
    self.name = name
    self.isDeclared = isDeclared
    self.hasCalls = hasCalls
    self.callName = callName
  }

  public var path: String { scope.map { "\($0).\(name)" } ?? name }
}
