/// The fields of an object that its schema does not define, in canonical order.
///
/// Has the size of one word; an object without such fields does not allocate.
public struct UnknownFields: Hashable, Sendable {
  // Nil when there are none, never empty.
  @usableFromInline var entries: [DataObject.Entry]?

  /// Creates an empty collection.
  @inlinable
  public init() { entries = nil }

  /// Whether there are no fields.
  public var isEmpty: Bool { entries == nil }
  /// The number of fields.
  public var count: Int { entries?.count ?? 0 }

  /// The value of a field, or nil if there is none. Setting nil removes the field.
  public subscript(key: String) -> DataValue? {
    get {
      // Not `nil`, which could also mean the value null.
      guard let entries else { return .none }
      let position = position(of: key)
      guard position < entries.count, entries[position].key.isSame(as: key) else { return .none }
      return entries[position].value
    }
    set {
      let position = position(of: key)
      var entries = entries ?? []
      // Taken out during the change, so that the array changes in place.
      self.entries = nil
      let exists = position < entries.count && entries[position].key.isSame(as: key)
      if let newValue {
        let entry = DataObject.Entry(key: key, value: newValue)
        if exists { entries[position] = entry } else { entries.insert(entry, at: position) }
      } else if exists {
        entries.remove(at: position)
      }
      self.entries = entries.isEmpty ? nil : entries
    }
  }

  /// The position of `key`, or the position at which to insert it.
  private func position(of key: String) -> Int {
    guard let entries else { return 0 }
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if canonicallyPrecedes(entries[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  subscript(position position: Int) -> (key: String, value: DataValue) {
    guard let entry = entries?[position] else { preconditionFailure("no such field") }
    return (entry.key, entry.value)
  }

  /// - Precondition: the keys are in canonical order, and there is at least one.
  init(_ entries: ArraySlice<DataObject.Entry>) {
    self.entries = Array(entries)
  }
}

extension UnknownFields: ExpressibleByDictionaryLiteral {
  /// Creates fields; if a key is repeated, its last value is used.
  public init(dictionaryLiteral elements: (String, DataValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}

extension UnknownFields: Sequence {
  /// Iterates over the fields with their keys.
  public func makeIterator() -> some IteratorProtocol<(key: String, value: DataValue)> {
    (entries ?? []).lazy.map { (key: $0.key, value: $0.value) }.makeIterator()
  }
}
