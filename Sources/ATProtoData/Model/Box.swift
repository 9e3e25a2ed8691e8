/// A value behind a reference, for types that contain themselves and for large fields.
public struct Box<Value: LexiconValue>: LexiconValue {
  // A class, because its constant is read in place; an indirect enum case would be copied before it
  // is written.
  @usableFromInline
  final class Storage: Sendable {
    @usableFromInline let value: Value

    @inlinable
    init(_ value: consuming Value) {
      self.value = value
    }
  }

  @usableFromInline var storage: Storage

  /// Creates a box with a value.
  @inlinable
  public init(_ value: consuming Value) {
    storage = Storage(value)
  }

  /// The value. Setting it does not affect copies of the box.
  @inlinable
  public var value: Value {
    get { storage.value }
    set { storage = Storage(newValue) }
  }

  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self.init(try Value(from: &reader))
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    storage.value.encode(to: &writer)
  }

  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {
    storage.value.validate(into: &validator)
  }

  /// Whether both boxes contain equal values.
  @inlinable
  public static func == (lhs: Box, rhs: Box) -> Bool {
    lhs.storage === rhs.storage || lhs.storage.value == rhs.storage.value
  }

  /// Hashes what `==` compares.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    storage.value.hash(into: &hasher)
  }
}
