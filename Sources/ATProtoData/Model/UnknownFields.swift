/// The fields of an object that its schema does not name, in canonical order.
///
/// One word; an object without such fields allocates nothing.
public struct UnknownFields: Hashable, Sendable {
  // Nil when there are none, never empty.
  @usableFromInline var entries: [DataObject.Entry]?

  @inlinable
  public init() { entries = nil }

  public var isEmpty: Bool { entries == nil }
  public var count: Int { entries?.count ?? 0 }

  public subscript(key: String) -> DataValue? {
    get {
      // Not `nil`, which is also a way to write the value null.
      guard let entries else { return .none }
      let position = position(of: key)
      guard position < entries.count, entries[position].key.isSame(as: key) else { return .none }
      return entries[position].value
    }
    set {
      let position = position(of: key)
      var entries = entries ?? []
      // Taken out while it changes, so that it changes in place.
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

  /// The position of `key`, or where it belongs.
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

  /// - Precondition: the keys ascend canonically, and there are some.
  init(_ entries: ArraySlice<DataObject.Entry>) {
    self.entries = Array(entries)
  }
}

extension UnknownFields: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, DataValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}

extension UnknownFields: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: String, value: DataValue)> {
    (entries ?? []).lazy.map { (key: $0.key, value: $0.value) }.makeIterator()
  }
}
