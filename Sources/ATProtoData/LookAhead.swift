/// What a union's search for `$type` passed over, so that the unions inside need no search.
///
/// A `$type` that comes behind its object's values makes the reader pass over them, and each union
/// among them would do so again: depth times size. The search notes the types of all objects that
/// it passes over, so that every byte is passed over once.
struct LookAhead {
  /// What was passed over last; no search begins inside it.
  private var range = 0..<0
  /// The text of `$type` by the offset of its object.
  private var types: [Int: Range<Int>] = [:]
  /// Bytes passed over in all.
  private(set) var steps = 0

  /// The place of a `$type` that is no text: searching again tells what is wrong.
  static let malformed = -1 ..< -1

  func covers(_ object: Int) -> Bool { range.contains(object) }

  /// The type of an object that is covered; nil if it has none.
  func type(of object: Int) -> Range<Int>? { types[object] }

  mutating func begin() { if !types.isEmpty { types.removeAll() } }

  mutating func note(_ type: Range<Int>, of object: Int) {
    if types[object] == nil { types[object] = type }
  }

  mutating func end(_ passed: Range<Int>) {
    range = passed
    steps += passed.count
  }
}

/// An object or array that a search is in.
struct PassedLevel {
  var start: Int
  var isObject: Bool
  /// DAG-CBOR: keys and values not yet passed over.
  var remaining: UInt64 = 0
}
