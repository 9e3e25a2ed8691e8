/// What a reader keeps only for input out of the ordinary.
///
/// Behind one reference that most documents never need: five collections in the reader itself had
/// to be made and released for every document, which took more than a hundred instructions.
final class ReaderNotes {
  /// The types of objects that the search for a union's passed over.
  var ahead = LookAhead()
  /// The member type that the next union has, where it stands outside the data.
  var presetType: String?
  /// JSON: marks of seen keys for objects of more than 64 fields.
  var wideSeen: [UInt64] = []
  /// The unknown fields of the objects that are being read, the innermost object's last.
  var unknownEntries: [DataObject.Entry] = []
  /// Those of the object that ended last, of those that have any.
  var endedFields = UnknownFields()
}

/// What a union's search for `$type` passed over, so that the unions inside need no search.
///
/// A `$type` that comes behind its object's values makes the reader pass over them, and each union
/// among them would do so again: depth times size. The search notes the types of the objects that
/// it passes over, so that every byte is passed over once.
struct LookAhead {
  private struct Object {
    /// Offset of its first byte.
    var start: Int
    /// Where the text of its `$type` stands.
    var type: Range<Int>
  }

  /// What was passed over last; no search begins inside it.
  private var range = 0..<0
  /// Those that have a type: others, which can be as small as a byte, take nothing. In the order of
  /// their offsets as soon as the search ends.
  private var objects: [Object] = []
  /// Bytes passed over in all.
  private(set) var steps = 0

  /// The place of a `$type` that is no text: searching again tells what is wrong.
  static let malformed = -1 ..< -1

  func covers(_ object: Int) -> Bool { range.contains(object) }

  /// The type of an object that is covered; nil if it has none.
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
    // An object's type may come behind the objects inside it.
    objects.sort { $0.start < $1.start }
    range = passed
    steps += passed.count
  }
}
