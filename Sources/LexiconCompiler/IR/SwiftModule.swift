/// The intermediate representation of one Swift module.
///
/// It determines names, shapes, boxes, and the canonical order of keys; templates only lay out.
public struct SwiftModule: Hashable, Sendable {
  /// The name of the module.
  public var name: String
  /// The generated modules that its types refer to, sorted.
  public var imports: [String]
  /// The files, one per NSID group, sorted by group.
  public var files: [SwiftFile]
  /// The enums that represent namespace roots and groups, outermost first.
  public var namespaces: [Namespace]

  /// Creates a module.
  public init(name: String, imports: [String], files: [SwiftFile], namespaces: [Namespace]) {
    self.name = name
    self.imports = imports
    self.files = files
    self.namespaces = namespaces
  }
}

/// The declarations of one NSID group.
public struct SwiftFile: Hashable, Sendable {
  /// The NSID group: `app.bsky.feed`.
  public var group: String
  /// The Swift path of the group: `AppBsky.Feed`.
  public var scope: String
  /// The name of the file in the directory of the module.
  public var fileName: String
  /// All declarations, sorted by document; those of a document start with its own.
  public var declarations: [Declaration]
  /// The declarations of the group's methods, for client calls and server routes.
  public var methods: [Declaration]

  /// Creates a file.
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

/// A caseless enum for a namespace root or a group.
public struct Namespace: Hashable, Sendable {
  /// The NSID prefix: `app.bsky` or `app.bsky.feed`.
  public var nsidPrefix: String
  /// The Swift path of the enclosing namespace; nil for a namespace root.
  public var scope: String?
  /// The Swift identifier.
  public var name: String
  /// Whether the enum is declared; false if the type of a document serves as the namespace.
  public var isDeclared: Bool
  /// Whether it or a namespace below it has methods.
  public var hasCalls: Bool
  /// The property that leads to its calls: `client.appBsky.feed`.
  public var callName: String
  /// The paths of the record types below a namespace root, in the order of their NSIDs; empty for a
  /// group.
  public var records: [String]

  /// Creates a namespace.
  public init(
    nsidPrefix: String,
    scope: String?,
    name: String,
    isDeclared: Bool,
    hasCalls: Bool,
    callName: String,
    records: [String] = []
  ) {
    self.nsidPrefix = nsidPrefix
    self.scope = scope
    self.name = name
    self.isDeclared = isDeclared
    self.hasCalls = hasCalls
    self.callName = callName
    self.records = records
  }

  /// The full path: `AppBsky.Feed`.
  public var path: String { scope.map { "\($0).\(name)" } ?? name }
}
