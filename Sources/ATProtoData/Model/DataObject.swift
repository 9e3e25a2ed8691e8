/// An object of the data model without its schema.
///
/// Keeps its fields in the order in which they came; that order is not part of its value. Written,
/// the keys are in canonical order.
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
  /// Whether the entries were read in canonical order and none was added since: to find that out
  /// takes as long as to write them.
  private var isKnownCanonical = false

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

  /// Nil where a key is repeated.
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

  public var count: Int { entries.count }
  public var isEmpty: Bool { entries.isEmpty }
  public var keys: [String] { entries.map(\.key) }

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

  /// Whether the fields stand in canonical order.
  var isCanonical: Bool {
    if isKnownCanonical { return true }
    for index in entries.indices.dropFirst()
    where !canonicallyPrecedes(entries[index - 1].key, entries[index].key) {
      return false
    }
    return true
  }

  /// The fields, brought into canonical order.
  var canonicalEntries: [Entry] {
    isCanonical ? entries : entries.sorted { canonicallyPrecedes($0.key, $1.key) }
  }

  public static func == (lhs: DataObject, rhs: DataObject) -> Bool {
    if lhs.entries == rhs.entries { return true }
    return lhs.count == rhs.count && lhs.canonicalEntries == rhs.canonicalEntries
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(canonicalEntries)
  }
}

extension DataObject: Sequence {
  public func makeIterator() -> some IteratorProtocol<(key: String, value: DataValue)> {
    entries.lazy.map { (key: $0.key, value: $0.value) }.makeIterator()
  }
}

extension DataObject: ExpressibleByDictionaryLiteral {
  /// The last of repeated keys counts.
  public init(dictionaryLiteral elements: (String, DataValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}
