/// A change of a source text: bytes that give way to others.
public struct TextEdit: Hashable, Sendable {
  /// UTF-8 offsets in the text as it was read; empty where something is only added.
  public var range: Range<Int>
  public var replacement: String

  public init(_ range: Range<Int>, _ replacement: String) {
    self.range = range
    self.replacement = replacement
  }

  /// The text with the edits made, and how many were: of edits that overlap, the first stays.
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
