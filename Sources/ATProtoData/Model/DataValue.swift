/// A value of the data model without its schema.
///
///     if case .string(let text)? = value["reply"]?["root"]?["uri"] { … }
///     value["text"] = "Hello"
///
/// Two values are equal if their data is: the order of an object's fields does not matter, but the
/// exact bytes of a string do.
public enum DataValue: Hashable, Sendable {
  /// Null.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A 64-bit integer.
  case integer(Int)
  /// A string.
  case string(String)
  /// A byte string; in JSON, `{"$bytes": "…"}`.
  case bytes(Bytes)
  /// A link to data; in JSON, `{"$link": "…"}`.
  indirect case link(CID)
  /// Values in order.
  case array([DataValue])
  /// Values by key.
  case object(DataObject)
}

extension DataValue {
  /// A field of an object, or nil for other values. Setting a field of another value replaces it
  /// with an object.
  public subscript(key: String) -> DataValue? {
    get { object?[key] }
    set {
      var object = self.object ?? DataObject()
      object[key] = newValue
      self = .object(object)
    }
  }

  /// An element of an array, or nil for other values and beyond the end.
  public subscript(index: Int) -> DataValue? {
    guard let array, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// Whether the value is null.
  public var isNull: Bool { self == .null }

  /// The boolean, or nil for other values.
  public var boolean: Bool? {
    if case .boolean(let value) = self { value } else { nil }
  }

  /// The integer, or nil for other values.
  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The string, or nil for other values.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The byte string, or nil for other values.
  public var bytes: Bytes? {
    if case .bytes(let value) = self { value } else { nil }
  }

  /// The link, or nil for other values.
  public var link: CID? {
    if case .link(let value) = self { value } else { nil }
  }

  /// The elements, or nil for other values.
  public var array: [DataValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The object, or nil for other values.
  public var object: DataObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The `$type` of an object, or nil if there is none.
  public var type: String? { self["$type"]?.string }

  /// The value as a blob reference, or nil if it is not a blob reference in the form with `$type`.
  public var blob: Blob? {
    type == "blob" ? try? Blob(self) : nil
  }

  /// Every blob reference in the value, in the form with `$type`, depth first.
  public var blobs: [Blob] {
    switch self {
    case .array(let elements): elements.flatMap(\.blobs)
    case .object(let object): blob.map { [$0] } ?? object.flatMap(\.value.blobs)
    default: []
    }
  }

  /// Every link in the value, depth first.
  public var links: [CID] {
    switch self {
    case .link(let cid): [cid]
    case .array(let elements): elements.flatMap(\.links)
    case .object(let object): object.flatMap(\.value.links)
    default: []
    }
  }
}

extension DataValue {
  /// Whether both values are the same data.
  public static func == (lhs: DataValue, rhs: DataValue) -> Bool {
    switch (lhs, rhs) {
    case (.null, .null): true
    case (.boolean(let left), .boolean(let right)): left == right
    case (.integer(let left), .integer(let right)): left == right
    case (.string(let left), .string(let right)): left.isSame(as: right)
    case (.bytes(let left), .bytes(let right)): left == right
    case (.link(let left), .link(let right)): left == right
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    default: false
    }
  }
}

extension DataValue: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = reader.isJSON ? try reader.jsonValue() : try reader.cborValue()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    switch self {
    case .null: writer.null()
    case .boolean(let value): writer.boolean(value)
    case .integer(let value): writer.integer(value)
    case .string(let value): writer.text(value)
    case .bytes(let value): writer.bytes(value)
    case .link(let value): writer.link(value)
    case .array(let elements): elements.encode(to: &writer)
    case .object(let object): writer.object(object)
    }
  }
}

extension DataValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Creates the value null.
  public init(nilLiteral: ()) {
    self = .null
  }

  /// Creates a boolean.
  public init(booleanLiteral value: Bool) {
    self = .boolean(value)
  }

  /// Creates an integer.
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }

  /// Creates a string.
  public init(stringLiteral value: String) {
    self = .string(value)
  }

  /// Creates an array.
  public init(arrayLiteral elements: DataValue...) {
    self = .array(elements)
  }

  /// Creates an object; if a key is repeated, its last value is used.
  public init(dictionaryLiteral elements: (String, DataValue)...) {
    var object = DataObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}

extension DataValue: CustomStringConvertible {
  /// The value in JSON.
  public var description: String { jsonString() }
}
