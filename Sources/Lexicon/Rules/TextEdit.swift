import ATProtoData

/// A replacement of some bytes of a source text.
public struct TextEdit: Hashable, Sendable {
  /// The UTF-8 offsets of the replaced bytes in the original text; empty for an insertion.
  public var range: Range<Int>
  /// The text that replaces them.
  public var replacement: String

  /// Creates an edit.
  public init(_ range: Range<Int>, _ replacement: String) {
    self.range = range
    self.replacement = replacement
  }

  /// Applies edits to source text, and returns the new text and the number of applied edits. Of
  /// edits that overlap, only the first is applied.
  public static func apply(
    _ edits: [TextEdit],
    to bytes: [UInt8]
  ) -> (bytes: [UInt8], count: Int) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var end = 0
    var count = 0
    let ordered = edits.sorted { left, right in
      (left.range.lowerBound, left.range.upperBound)
        < (right.range.lowerBound, right.range.upperBound)
    }
    for edit in ordered {
      guard edit.range.lowerBound >= end, edit.range.upperBound <= bytes.count else { continue }
      result += bytes[end..<edit.range.lowerBound]
      result += edit.replacement.utf8
      end = edit.range.upperBound
      count += 1
    }
    return (result + bytes[end...], count)
  }
}

extension LocatedTree {
  /// A string as JSON.
  static func literal(_ text: String) -> String { DataValue.string(text).jsonString() }

  /// The white space to write between two members, where the second one is like the one whose key
  /// is at an offset: a line break with the indentation, or a space.
  func separator(likeBefore offset: Int) -> String {
    let head = source.bytes[source.start..<offset]
    let indentation = head.reversed().prefix { $0 == 0x20 || $0 == 0x09 }
    guard head.dropLast(indentation.count).last == 0x0A else { return " " }
    return "\n" + String(decoding: indentation.reversed(), as: UTF8.self)
  }

  /// Returns one edit that has the effect of several, so that either all of them are applied or
  /// none. The edits must not overlap.
  func combined(_ edits: [TextEdit]) -> TextEdit? {
    guard let start = edits.map(\.range.lowerBound).min(),
      let end = edits.map(\.range.upperBound).max(), end <= source.bytes.count
    else { return nil }
    let shifted = edits.map { edit in
      TextEdit(edit.range.lowerBound - start..<edit.range.upperBound - start, edit.replacement)
    }
    let (bytes, count) = TextEdit.apply(shifted, to: Array(source.bytes[start..<end]))
    return count == edits.count
      ? TextEdit(start..<end, String(decoding: bytes, as: UTF8.self)) : nil
  }

  /// Returns the edit that removes a member of an object or an element of an array from JSON, with
  /// its comma.
  static func removal(_ step: Step) -> TextEdit {
    let ranges: [Range<Int>] =
      switch step.container.kind {
      case .object(let members): members.map { $0.nameOffset..<$0.value.range.upperBound }
      case .array(let elements): elements.map(\.range)
      default: []
      }
    let range = ranges[step.index]
    if step.index > 0 {
      return TextEdit(ranges[step.index - 1].upperBound..<range.upperBound, "")
    }
    let end = ranges.count > 1 ? ranges[1].lowerBound : range.upperBound
    return TextEdit(range.lowerBound..<end, "")
  }
}
