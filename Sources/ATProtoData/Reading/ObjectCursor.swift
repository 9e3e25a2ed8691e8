/// Where a reader stands in an object of known fields.
///
/// Nothing in it is counted by reference, so an initialiser that throws has nothing to release.
public struct ObjectCursor: ~Copyable {
  let keys: KeyTable
  /// Offset of the object's first byte.
  let start: Int
  /// DAG-CBOR: pairs not yet read. JSON: pairs read.
  var count: Int
  /// DAG-CBOR: index of the first key that may still come.
  var next = 0
  /// DAG-CBOR: offset of the last key that is not one of the table's, or -1.
  var previous = -1
  /// Which of the first 64 keys were seen.
  var seen: UInt64 = 0
  /// JSON, more than 64 keys: where the reader keeps the marks of the others.
  let wide: Int
  /// Where the reader keeps the first of the fields that the table does not name; -1 for none.
  @usableFromInline var firstUnknown = -1
  /// JSON: whether a `$type` was passed over that the union had read. Both: whether it was seen as
  /// a key behind the first 64.
  var sawType = false
  /// Whether an object without `$type` is refused.
  var requiresType: Bool
  /// Whether `$type` was already read on behalf of a union and belongs to no field.
  let skipsType: Bool

  @inline(__always)
  init(_ keys: KeyTable, start: Int, count: Int, wide: Int = 0, skipsType: Bool) {
    self.keys = keys
    self.start = start
    self.count = count
    self.wide = wide
    self.skipsType = skipsType
    requiresType = keys.typeIndex >= 0
  }

  /// Whether a record came without its `$type`.
  @inline(__always)
  var lacksType: Bool {
    requiresType && !sawType
      && (keys.typeIndex >= 64 || seen & (1 &<< UInt64(keys.typeIndex)) == 0)
  }

  mutating func mark(_ index: Int) {
    if index < 64 {
      seen |= 1 &<< UInt64(index)
    } else if index == keys.typeIndex {
      sawType = true
    }
  }
}

/// Where a reader stands in an array.
public struct ArrayCursor {
  /// DAG-CBOR: elements not yet read. JSON: elements read.
  var count: Int

  /// How many elements memory may be taken for in advance: a declared count is only a claim.
  @usableFromInline var declared: Int
}

/// Where a writer stands in an object of known fields.
public struct ObjectScope {
  let keys: KeyTable
  /// Offset of the DAG-CBOR header.
  let start: Int
  var count = 0
  /// Whether there is nothing to merge between the known fields.
  var isPlain: Bool
  /// Which of the writer's unknown fields are this object's.
  let unknown: Int
  var nextUnknown = 0
  /// The union member whose `$type` is still to be written: table and index.
  var type: (table: KeyTable, index: Int)?
  var wroteType = false

  init(_ keys: KeyTable, start: Int, unknown: Int) {
    self.keys = keys
    self.start = start
    self.unknown = unknown
    isPlain = unknown < 0
  }
}

/// Where a writer stands in an array.
public struct ArrayScope {
  var count = 0
}
