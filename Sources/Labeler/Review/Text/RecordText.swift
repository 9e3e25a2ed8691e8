import ATProtoData

/// A record as text that people can read: one line for each field.
///
///     text: Buy now
///     facets:
///       - index:
///           byteStart: 0
enum RecordText {
  /// More lines than a moderator reads. Records of strangers may have any number of elements.
  private static let maximumLines = 500
  private static let maximumDepth = 12

  static func lines(of value: DataValue) -> String {
    var lines: [String] = []
    append(value, to: &lines, name: nil, indent: 0)
    if lines.count > maximumLines { lines = lines.prefix(maximumLines) + ["…"] }
    return lines.joined(separator: "\n")
  }

  private static func append(
    _ value: DataValue,
    to lines: inout [String],
    name: String?,
    indent: Int
  ) {
    guard lines.count <= maximumLines else { return }
    let space = String(repeating: "  ", count: indent)
    let start = space + (name.map { "\($0): " } ?? "")
    guard indent < maximumDepth else {
      lines.append(start + "…")
      return
    }
    if let object = value.object, !object.isEmpty {
      if let name { lines.append("\(space)\(name):") }
      for (key, member) in object {
        append(member, to: &lines, name: key, indent: name == nil ? indent : indent + 1)
      }
    } else if let array = value.array, !array.isEmpty {
      if let name { lines.append("\(space)\(name):") }
      for (index, element) in array.enumerated() {
        append(element, to: &lines, name: "\(index + 1)", indent: indent + 1)
      }
    } else if let text = value.string {
      // A line of the text must not look like a field.
      lines.append(start + text.replacing("\n", with: "\n" + space + "    "))
    } else {
      lines.append(start + value.jsonString())
    }
  }
}
