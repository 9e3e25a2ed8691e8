/// A value behind a reference, for types that contain themselves and for heavy fields.
public struct Box<Value: LexiconValue>: LexiconValue {
  // A class, whose constant is read in place; an indirect case would be copied out to be written.
  @usableFromInline
  final class Storage: Sendable {
    @usableFromInline let value: Value

    @inlinable
    init(_ value: consuming Value) {
      self.value = value
    }
  }

  @usableFromInline var storage: Storage

  @inlinable
  public init(_ value: consuming Value) {
    storage = Storage(value)
  }

  @inlinable
  public var value: Value {
    get { storage.value }
    set { storage = Storage(newValue) }
  }

  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self.init(try Value(from: &reader))
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    storage.value.encode(to: &writer)
  }

  public func validate(into validator: inout Validator) {
    storage.value.validate(into: &validator)
  }

  @inlinable
  public static func == (lhs: Box, rhs: Box) -> Bool {
    lhs.storage === rhs.storage || lhs.storage.value == rhs.storage.value
  }

  @inlinable
  public func hash(into hasher: inout Hasher) {
    storage.value.hash(into: &hasher)
  }
}
