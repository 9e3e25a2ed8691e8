import ATProtoData

/// JSON formatted for people. The members of an object keep their order.
public enum OrderedJSON: Hashable, Sendable {
  /// `true` or `false`.
  case boolean(Bool)
  /// A number without a fraction.
  case integer(Int)
  /// A string, not escaped.
  case string(String)
  /// An array.
  case array([OrderedJSON])
  /// An object. Names must be unique.
  case object([Member])

  /// A name and its value in an object.
  public struct Member: Hashable, Sendable {
    /// The name, not escaped.
    public var name: String
    /// The value.
    public var value: OrderedJSON

    /// Creates a member.
    public init(name: String, value: OrderedJSON) {
      self.name = name
      self.value = value
    }
  }

  /// Appends a member to an object, unless the value is nil.
  ///
  /// - Precondition: no member has this name.
  mutating func add(_ name: String, _ value: OrderedJSON?) {
    guard let value, case .object(var members) = self else { return }
    // Releases the members, so that appending does not copy them.
    self = .object([])
    members.append(Member(name: name, value: value))
    self = .object(members)
  }

  mutating func add(_ name: String, _ text: String?) {
    add(name, text.map { .string($0) })
  }

  mutating func add(_ name: String, _ number: Int?) {
    add(name, number.map { .integer($0) })
  }

  var isEmptyObject: Bool { self == .object([]) }

  /// The text, indented by two spaces per level, with a trailing line feed.
  public var text: String {
    var text = ""
    write(to: &text, indentation: "\n")
    return text + "\n"
  }

  private func write(to text: inout String, indentation: String) {
    switch self {
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .string(let value): text += DataValue.string(value).jsonString()
    case .array([]): text += "[]"
    case .array(let elements):
      text += "["
      let inner = indentation + "  "
      for (index, element) in elements.enumerated() {
        text += index == 0 ? inner : "," + inner
        element.write(to: &text, indentation: inner)
      }
      text += indentation + "]"
    case .object([]): text += "{}"
    case .object(let members):
      text += "{"
      let inner = indentation + "  "
      for (index, member) in members.enumerated() {
        text += index == 0 ? inner : "," + inner
        text += DataValue.string(member.name).jsonString() + ": "
        member.value.write(to: &text, indentation: inner)
      }
      text += indentation + "}"
    }
  }
}

extension OrderedJSON: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral
{
  /// Creates an object.
  public init(dictionaryLiteral elements: (String, OrderedJSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }

  /// Creates a string.
  public init(stringLiteral value: String) {
    self = .string(value)
  }

  /// Creates a boolean.
  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }

  /// Creates an integer.
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }

  /// Creates an array.
  public init(arrayLiteral elements: OrderedJSON...) {
    self = .array(elements)
  }
}
