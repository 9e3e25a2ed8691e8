import LexiconIndex

/// Fields whose values are not in the table `value`, because they are as long and as many as the
/// records themselves, and are found otherwise:
///
/// - those with links, whose records are in the group of the link. A value that is no link after all
///   is in the table;
/// - the CIDs of strong references, `subject.cid` beside `subject.uri`. Records are found by the URI;
///   a query for the CID alone looks at all of them.
///
/// As text: a line for each field, with its number and the path of its links.
struct UnindexedFields {
  /// The paths of links by the numbers of fields.
  private(set) var links: [Int: String] = [:]
  private(set) var omitted: Set<Int> = []

  init() {}

  init(_ plan: CollectionPlan) {
    for field in plan.fields where Self.linkTypes.contains(field.type) && Self.isPlain(field) {
      links[field.number] = field.path
    }
    let paths = Set(links.values)
    for field in plan.fields where field.type == "cid" && field.path.hasSuffix(".cid") {
      if paths.contains(String(field.path.dropLast("cid".count)) + "uri") {
        omitted.insert(field.number)
      }
    }
  }

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard let number = parts.first.flatMap({ Int($0) }) else { continue }
      if parts.count == 2 { links[number] = String(parts[1]) } else { omitted.insert(number) }
    }
  }

  var text: String {
    let lines = links.map { "\($0.key) \($0.value)" } + omitted.map { "\($0)" }
    return lines.sorted().joined(separator: "\n")
  }

  func contains(_ number: Int) -> Bool { links[number] != nil || omitted.contains(number) }

  private static let linkTypes: Set<String> = ["at-uri", "did", "uri"]

  /// Whether links are at the path of the field: it has no array and no union, nor anything that
  /// would have to be quoted.
  private static func isPlain(_ field: FieldPlan) -> Bool {
    field.kind == .string && !field.repeats
      && field.path.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
