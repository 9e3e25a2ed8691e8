/// The value of one parameter of a permission: the kinds that the Permissions specification uses.
public enum PermissionValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case strings([String])

  /// The texts of an array of strings, or of one string.
  public var texts: [String] {
    switch self {
    case .string(let text): [text]
    case .strings(let texts): texts
    case .integer, .boolean: []
    }
  }
}

extension PermissionValue: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}

extension PermissionValue: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }
}

extension PermissionValue: ExpressibleByBooleanLiteral {
  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }
}

extension PermissionValue: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: String...) {
    self = .strings(elements)
  }
}
