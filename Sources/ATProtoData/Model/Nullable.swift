/// A value that may be null, which differs from a field that is absent.
public enum Nullable<Wrapped: LexiconValue>: LexiconValue {
  /// Null.
  case null
  /// A value.
  case value(Wrapped)

  /// Creates a value, or null from nil.
  public init(_ value: Wrapped?) {
    self = value.map { .value($0) } ?? .null
  }

  /// The value, or nil for null.
  public var value: Wrapped? {
    if case .value(let value) = self { value } else { nil }
  }

  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.null() ? .null : .value(Wrapped(from: &reader))
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    switch self {
    case .null: writer.null()
    case .value(let value): value.encode(to: &writer)
    }
  }

  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {
    value?.validate(into: &validator)
  }
}

extension Nullable: ExpressibleByNilLiteral {
  /// Creates the value null.
  public init(nilLiteral: ()) {
    self = .null
  }
}
