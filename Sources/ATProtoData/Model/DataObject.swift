/// An object of the data model without its schema.
///
/// Fields keep the order in which they were read or added, but that order is not part of the value.
/// Keys are written in canonical order.
public struct DataObject: Hashable, Sendable {
  @usableFromInline
  struct Entry: Hashable, Sendable {
    var key: String
    var value: DataValue

    @usableFromInline
    static func == (lhs: Entry, rhs: Entry) -> Bool {
      lhs.key.isSame(as: rhs.key) && lhs.value == rhs.value
    }
  }

  private(set) var entries: [Entry]
  /// Whether the entries were read in canonical order and none have been added since. Checking the
  /// order takes as long as writing the entries.
  private var isKnownCanonical = false

  /// Creates an object without fields.
  public init() {
    entries = []
  }

  /// - Precondition: no key is repeated.
  init(distinct entries: [Entry]) {
    self.entries = entries
  }

  /// - Precondition: keys ascend canonically.
  init(canonical entries: [Entry]) {
    self.entries = entries
    isKnownCanonical = true
  }

  /// - Precondition: no key is repeated.
  package init(distinct fields: [(key: String, value: DataValue)]) {
    entries = fields.map { Entry(key: $0.key, value: $0.value) }
  }

  /// Returns nil if a key is repeated.
  init?(unique entries: [Entry]) {
    self.entries = entries
    if entries.count <= 16 {
      for index in entries.indices.dropFirst()
      where entries[..<index].contains(where: { $0.key.isSame(as: entries[index].key) }) {
        return nil
      }
      return
    }
    let sorted = canonicalEntries
    for index in sorted.indices.dropFirst()
    where sorted[index - 1].key.isSame(as: sorted[index].key) {
      return nil
    }
  }

  /// The number of fields.
  public var count: Int { entries.count }
  /// Whether there are no fields.
  public var isEmpty: Bool { entries.isEmpty }
  /// The keys, in the order of the fields.
  public var keys: [String] { entries.map(\.key) }

  /// The value of a field, or nil if there is none. Setting nil removes the field.
  public subscript(key: String) -> DataValue? {
    get { entries.first { $0.key.isSame(as: key) }?.value }
    set {
      let index = entries.firstIndex { $0.key.isSame(as: key) }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?):
        entries.append(Entry(key: key, value: value))
        isKnownCanonical = false
      case (nil, nil): break
      }
    }
  }

  /// Whether the fields are in canonical order.
  var isCanonical: Bool {
    if isKnownCanonical { return true }
    for index in entries.indices.dropFirst()
    where !canonicallyPrecedes(entries[index - 1].key, entries[index].key) {
      return false
    }
    return true
  }

  /// The fields in canonical order.
  var canonicalEntries: [Entry] {
    isCanonical ? entries : entries.sorted { canonicallyPrecedes($0.key, $1.key) }
  }

  /// Whether both objects have the same fields, in any order.
  public static func == (lhs: DataObject, rhs: DataObject) -> Bool {
    if lhs.entries == rhs.entries { return true }
    return lhs.count == rhs.count && lhs.canonicalEntries == rhs.canonicalEntries
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(canonicalEntries)
  }
}

extension DataObject: Sequence {
  /// Iterates over the fields with their keys.
  public func makeIterator() -> some IteratorProtocol<(key: String, value: DataValue)> {
    entries.lazy.map { (key: $0.key, value: $0.value) }.makeIterator()
  }
}

extension DataObject: ExpressibleByDictionaryLiteral {
  /// Creates an object; if a key is repeated, its last value is used.
  public init(dictionaryLiteral elements: (String, DataValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}
