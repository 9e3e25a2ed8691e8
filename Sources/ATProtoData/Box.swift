/// A value behind a reference, for types that contain themselves.
public indirect enum Box<Value: LexiconValue>: LexiconValue {
  case boxed(Value)

  public init(_ value: Value) {
    self = .boxed(value)
  }

  public var value: Value {
    get {
      switch self {
      case .boxed(let value): value
      }
    }
    set { self = .boxed(newValue) }
  }

  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = .boxed(try Value(from: &reader))
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    value.encode(to: &writer)
  }

  public func validate(into validator: inout Validator) {
    value.validate(into: &validator)
  }
}
