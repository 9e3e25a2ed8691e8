/// A value that may be null, which is not the same as a field that is absent.
public enum Nullable<Wrapped: LexiconValue>: LexiconValue {
  case null
  case value(Wrapped)

  public init(_ value: Wrapped?) {
    self = value.map { .value($0) } ?? .null
  }

  public var value: Wrapped? {
    if case .value(let value) = self { value } else { nil }
  }

  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.null() ? .null : .value(Wrapped(from: &reader))
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    switch self {
    case .null: writer.null()
    case .value(let value): value.encode(to: &writer)
    }
  }

  public func validate(into validator: inout Validator) {
    value?.validate(into: &validator)
  }
}

extension Nullable: ExpressibleByNilLiteral {
  public init(nilLiteral: ()) {
    self = .null
  }
}
