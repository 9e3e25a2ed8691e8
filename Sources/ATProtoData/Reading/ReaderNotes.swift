/// The state of a reader that only unusual input needs.
///
/// Held by one reference, because most documents never need it: five collections in the reader
/// itself took more than a hundred instructions to create and release for each document.
final class ReaderNotes {
  /// The types of objects that the search for a union's passed over.
  var ahead = LookAhead()
  /// The member type of the next union, if it is given outside the data.
  var presetType: String?
  /// JSON: marks of seen keys for objects of more than 64 fields.
  var wideSeen: [UInt64] = []
  /// The unknown fields of the objects that are being read, the innermost object's last.
  var unknownEntries: [DataObject.Entry] = []
  /// Those of the object that ended last, of those that have any.
  var endedFields = UnknownFields()
}

/// The objects that a union's search for `$type` skipped, so that the unions inside need no search.
///
/// If a `$type` comes after its object's values, the reader skips them to find it, and each union
/// among them would do so again: depth times size. The search records the types of the objects that
/// it skips, so that each byte is skipped once.
struct LookAhead {
  private struct Object {
    /// Offset of its first byte.
    var start: Int
    /// The place of the text of its `$type`.
    var type: Range<Int>
  }

  /// The bytes that were skipped last; no search begins inside them.
  private var range = 0..<0
  /// Those that have a type: others, which can be as small as a byte, take nothing. In the order of
  /// their offsets as soon as the search ends.
  private var objects: [Object] = []
  /// Bytes passed over in all.
  private(set) var steps = 0

  /// The place of a `$type` that is not a text: searching again finds the error.
  static let malformed = -1 ..< -1

  func covers(_ object: Int) -> Bool { range.contains(object) }

  /// The type of an object that is covered, or nil if it does not have one.
  func type(of object: Int) -> Range<Int>? {
    var low = 0
    var high = objects.count
    while low < high {
      let middle = (low + high) / 2
      if objects[middle].start < object { low = middle + 1 } else { high = middle }
    }
    return low < objects.count && objects[low].start == object ? objects[low].type : nil
  }

  mutating func begin() {
    objects.removeAll(keepingCapacity: true)
    range = 0..<0
  }

  /// Notes the type of the object at `start`.
  mutating func note(_ type: Range<Int>, of start: Int) {
    objects.append(Object(start: start, type: type))
  }

  mutating func end(_ passed: Range<Int>) {
    // An object's type may come after the objects inside it.
    objects.sort { $0.start < $1.start }
    range = passed
    steps += passed.count
  }
}
