/// The media types of an `accept` list, or of an encoding.
struct MediaRanges: CustomStringConvertible {
  var ranges: [String]

  /// Without a list every type is accepted.
  init(_ ranges: [String]?) {
    self.ranges = ranges ?? ["*/*"]
  }

  /// Whether every type among the others is among these.
  func cover(_ others: MediaRanges) -> Bool {
    let own = Set(ranges)
    if own.contains("*/*") || own.contains("*") { return true }
    return others.ranges.allSatisfy { range in
      if own.contains(range) { return true }
      guard let slash = range.firstIndex(of: "/") else { return false }
      return own.contains("\(range[..<slash])/*")
    }
  }

  var description: String {
    ranges == ["*/*"] ? "of any media type" : "of \(ranges.prefix(8).joined(separator: ", "))"
  }
}
