import ATProtoData

/// JSON laid out for people: the members of an object keep their order.
public enum OrderedJSON: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int)
  case string(String)
  case array([OrderedJSON])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: OrderedJSON
  }

  /// Appends a member to an object; nothing where there is no value.
  ///
  /// - Precondition: no member has this name.
  mutating func add(_ name: String, _ value: OrderedJSON?) {
    guard let value, case .object(var members) = self else { return }
    // Without this the members would be copied for each that is added.
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

  /// The text, two spaces a level, with a line feed at its end.
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
  public init(dictionaryLiteral elements: (String, OrderedJSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }

  public init(stringLiteral value: String) {
    self = .string(value)
  }

  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }

  public init(integerLiteral value: Int) {
    self = .integer(value)
  }

  public init(arrayLiteral elements: OrderedJSON...) {
    self = .array(elements)
  }
}
