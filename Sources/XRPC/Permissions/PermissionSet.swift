/// Permissions that are requested and granted together under one name.
///
/// Permissions specification, "Permission Sets". A set may only refer to resources at or below its
/// own NSID group.
public struct PermissionSet: Hashable, Sendable {
  /// The NSID of the document that declares the set.
  public var nsid: String
  /// A title for people, in English unless stated otherwise.
  public var title: String?
  /// Titles by language tag (`title:lang`).
  public var localizedTitles: [String: String]
  /// A longer description for people.
  public var detail: String?
  /// Details by language tag (`detail:lang`).
  public var localizedDetails: [String: String]
  /// The permissions in document order.
  public var permissions: [Permission]

  /// Creates a permission set.
  public init(
    nsid: String,
    title: String? = nil,
    localizedTitles: [String: String] = [:],
    detail: String? = nil,
    localizedDetails: [String: String] = [:],
    permissions: [Permission] = []
  ) {
    self.nsid = nsid
    self.title = title
    self.localizedTitles = localizedTitles
    self.detail = detail
    self.localizedDetails = localizedDetails
    self.permissions = permissions
  }
}

/// A permission of a permission set: a resource type and its parameters.
///
/// Permissions specification, "Resource Types". An application must ignore the whole permission if
/// it does not know the resource or one of the fields, so this type keeps all fields.
public struct Permission: Hashable, Sendable {
  /// One parameter of a permission.
  public struct Field: Hashable, Sendable {
    /// The name of the parameter: `collection`, `action`, `lxm`, …
    public var name: String
    /// The value of the parameter.
    public var value: PermissionValue

    /// Creates a parameter.
    public init(name: String, value: PermissionValue) {
      self.name = name
      self.value = value
    }
  }

  /// The resource type: `repo`, `rpc`, `blob`, `identity`, `account`, or a later one.
  public var resource: String
  /// Every property except `type` and `resource`, in document order.
  public var fields: [Field]

  /// Creates a permission.
  public init(resource: String, fields: KeyValuePairs<String, PermissionValue> = [:]) {
    self.resource = resource
    self.fields = fields.map { Field(name: $0.key, value: $0.value) }
  }

  /// The value of a parameter; nil if the permission does not have it.
  public subscript(name: String) -> PermissionValue? {
    fields.first { $0.name == name }?.value
  }
}

/// The value of a permission's parameter.
public enum PermissionValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case strings([String])

  /// The elements of an array of strings, or a single string; empty for other values.
  public var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .strings(let texts): texts
    case .integer, .boolean: []
    }
  }
}

extension PermissionValue: ExpressibleByStringLiteral {
  /// Creates a value from a literal.
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}

extension PermissionValue: ExpressibleByIntegerLiteral {
  /// Creates a value from a literal.
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }
}

extension PermissionValue: ExpressibleByBooleanLiteral {
  /// Creates a value from a literal.
  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }
}

extension PermissionValue: ExpressibleByArrayLiteral {
  /// Creates an array of strings from a literal.
  public init(arrayLiteral elements: String...) {
    self = .strings(elements)
  }
}
