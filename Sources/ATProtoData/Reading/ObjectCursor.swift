/// The position of a reader in an object with known fields.
///
/// It does not contain references, so an initializer that throws has nothing to release.
public struct ObjectCursor: ~Copyable {
  let keys: KeyTable
  /// Offset of the object's first byte.
  let start: Int
  /// DAG-CBOR: pairs not yet read. JSON: pairs read.
  var count: Int
  /// DAG-CBOR: index of the first key that may follow.
  var next = 0
  /// DAG-CBOR: offset of the last key that is not one of the table's, or -1.
  var previous = -1
  /// Which of the first 64 keys have been seen.
  var seen: UInt64 = 0
  /// JSON, more than 64 keys: the index of the reader's marks for the other keys.
  let wide: Int
  /// The index of the reader's first field that is not in the table; -1 if there is none.
  @usableFromInline var firstUnknown = -1
  /// JSON: whether a `$type` was skipped that the union had read. Both formats: whether it was seen
  /// as a key after the first 64.
  var sawType = false
  /// Whether an object without `$type` is rejected.
  var requiresType: Bool
  /// Whether a union has already read `$type`, which is not a field.
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

  /// Whether a record does not have its `$type`.
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

/// The position of a reader in an array.
public struct ArrayCursor {
  /// DAG-CBOR: elements not yet read. JSON: elements read.
  var count: Int

  /// The number of elements to reserve memory for: a declared count is only a claim.
  @usableFromInline var declared: Int
}

/// The position of a writer in an object with known fields.
public struct ObjectScope {
  let keys: KeyTable
  /// Offset of the DAG-CBOR header.
  let start: Int
  var count = 0
  /// Whether there is nothing to merge with the known fields.
  var isPlain: Bool
  /// The index of this object's fields among the writer's unknown fields.
  let unknown: Int
  var nextUnknown = 0
  /// The union member whose `$type` has not been written yet: table and index.
  var type: (table: KeyTable, index: Int)?
  var wroteType = false

  init(_ keys: KeyTable, start: Int, unknown: Int) {
    self.keys = keys
    self.start = start
    self.unknown = unknown
    isPlain = unknown < 0
  }
}

/// The position of a writer in an array.
public struct ArrayScope {
  var count = 0
}
