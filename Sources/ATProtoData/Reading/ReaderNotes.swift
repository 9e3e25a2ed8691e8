/// The state of a reader that only unusual input needs.
///
/// Stored behind one reference, because most documents never need it: creating and releasing five
/// collections in the reader itself took more than a hundred instructions for each document.
final class ReaderNotes {
  /// The types of objects that the search for a union's type skipped.
  var ahead = LookAhead()
  /// The member type of the next union, if it comes from outside the data.
  var presetType: String?
  /// JSON: marks of seen keys for objects of more than 64 fields.
  var wideSeen: [UInt64] = []
  /// The unknown fields of the objects that are being read, those of the innermost object last.
  var unknownEntries: [DataObject.Entry] = []
  /// The unknown fields of the object that ended last and had any.
  var endedFields = UnknownFields()
}

/// The objects that a union's search for `$type` skipped, so that unions inside them do not need to
/// search.
///
/// If a `$type` comes after its object's values, the reader skips them to find it, and each union
/// among them would do so again, in time proportional to depth times size. The search records the
/// types of the objects that it skips, so each byte is skipped only once.
struct LookAhead {
  private struct Object {
    /// The offset of its first byte.
    var start: Int
    /// The range of its `$type`.
    var type: Range<Int>
  }

  /// The bytes that were skipped last. No search begins inside them.
  private var range = 0..<0
  /// The skipped objects that have a type, in the order of their offsets once the search ends.
  /// Others, which can be as small as a byte, do not take memory.
  private var objects: [Object] = []
  /// The total number of bytes skipped.
  private(set) var steps = 0

  /// The range for a `$type` that is not a string; searching again finds the error.
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

  /// Records the type of the object at `start`.
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
