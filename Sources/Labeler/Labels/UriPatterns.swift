package import XRPCServer

/// A range of subjects by the bytes of their URIs: one URI, or all from one up to another.
package struct SubjectRange: Hashable, Sendable {
  package let from: String
  /// The end, which is not included; nil for the single URI `from`.
  package let to: String?

  package init(from: String, to: String? = nil) {
    self.from = from
    self.to = to
  }
}

/// The `uriPatterns` of `queryLabels`: URIs, and beginnings of URIs with an asterisk at the end.
///
///     patterns = 1*250pattern
///     pattern  = *character [ "*" ]         ; at most 2,048 bytes, each taken literally
package struct UriPatterns: Hashable, Sendable {
  package static let maximumCount = 250
  package static let maximumBytes = 2_048

  /// In order, without overlap.
  package let ranges: [SubjectRange]

  package init(_ texts: [String]) throws(XRPCServerError) {
    guard texts.count <= Self.maximumCount else {
      throw .invalidRequest("uriPatterns must have at most \(Self.maximumCount) elements")
    }
    var ranges: [SubjectRange] = []
    for text in texts {
      if let range = try Self.range(text) { ranges.append(range) }
    }
    self.ranges = Self.merged(ranges)
  }

  /// Returns nil for a pattern that matches no subject.
  private static func range(_ text: String) throws(XRPCServerError) -> SubjectRange? {
    guard text.utf8.count <= maximumBytes else {
      throw .invalidRequest("a URI pattern must have at most \(maximumBytes) bytes")
    }
    let isPrefix = text.utf8.last == UInt8(ascii: "*")
    let start = isPrefix ? String(decoding: text.utf8.dropLast(), as: UTF8.self) : text
    guard !start.utf8.contains(UInt8(ascii: "*")) else {
      throw .invalidRequest("a URI pattern may have an asterisk only at its end")
    }
    guard LabelText.isPlain(start) else { return nil }
    if isPrefix { return SubjectRange(from: start, to: start + LabelText.end) }
    return start.isEmpty ? nil : SubjectRange(from: start)
  }

  /// Two ranges of patterns are disjoint, or one contains the other.
  private static func merged(_ ranges: [SubjectRange]) -> [SubjectRange] {
    // All characters are ASCII, so strings have the order of their bytes.
    let sorted = ranges.sorted { left, right in
      // A prefix before the same text as a full URI, which it contains.
      left.from == right.from ? left.to != nil && right.to == nil : left.from < right.from
    }
    var merged: [SubjectRange] = []
    for range in sorted {
      if let last = merged.last {
        if last.from == range.from { continue }
        if let end = last.to, range.from < end { continue }
      }
      merged.append(range)
    }
    return merged
  }
}

/// The characters of subjects and values: ASCII without spaces and control characters.
enum LabelText {
  /// Greater than every text that continues the one before it.
  static let end = "\u{7F}"

  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}
