/// Names designed to break the mapping to identifiers; the same for the same seed.
struct NastyNames {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// SplitMix64.
  mutating func number(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((value ^ (value >> 31)) % UInt64(bound))
  }

  mutating func name() -> String {
    let count = number(below: 4)
    return (0..<max(count, number(below: 20) == 0 ? 0 : 1))
      .map { _ in NastyNames.pieces[number(below: NastyNames.pieces.count)] }
      .joined(separator: ["", "-", "_", ".", " "][number(below: 5)])
  }

  /// Distinct names, such as the property keys of an object.
  mutating func names(_ count: Int) -> [String] {
    var seen: Set<String> = []
    var result: [String] = []
    while result.count < count {
      let name = name()
      if seen.insert(name).inserted { result.append(name) }
    }
    return result
  }

  /// A segment of an NSID other than the last: letters and digits, with hyphens inside.
  mutating func segment() -> String {
    NastyNames.segments[number(below: NastyNames.segments.count)]
  }

  /// The last segment of an NSID: letters and digits.
  mutating func nsidName() -> String {
    NastyNames.nsidNames[number(below: NastyNames.nsidNames.count)]
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var result = elements
    for index in result.indices.dropLast() {
      result.swapAt(index, index + number(below: result.count - index))
    }
    return result
  }

  private static let segments = [
    "a", "b", "ab", "a-b", "a-bc", "ab-c", "abc", "a1", "a-1", "1a", "x--y", "type", "self",
    "init", "string", "calls", "handler", "root", "swift", "protocol", "repeat", "output",
  ]

  private static let nsidNames = [
    "a", "b", "ab", "aB", "abc", "type", "self", "init", "string", "int", "error", "calls",
    "handler", "routes", "repeat", "subscript", "defs", "main", "getPost", "output", "parameters",
    "failure", "hashValue", "a1", "protocol", "any", "dataReader",
  ]

  private static let pieces = [
    "a", "A", "b", "foo", "Foo", "FOO", "fooBar", "foo-bar", "URL", "url", "x1", "1", "1st", "42",
    "-", "--", "_", "__", ".", "#", "$", "!", "*/", "//", "\\(x)", "\"", "\n", "\0", " ", "\t",
    "self", "Self", "init", "deinit", "Type", "Protocol", "subscript", "hashValue", "hash",
    "description", "unknown", "unknownFields", "default", "case", "class", "repeat", "await",
    "members", "encode", "validate", "none", "some", "rawValue", "allCases", "knownValues",
    "String", "Int", "Any", "Error", "Swift", "_r", "_o", "_w", "_v", "_e", "stored", "u2D",
    "\u{E9}", "e\u{301}", "\u{301}", "\u{DF}", "\u{1F389}", "\u{1F468}\u{200D}\u{1F469}",
    "\u{65E5}\u{672C}", "\u{661}", "\u{903}", "\u{AC00}", "\u{1100}\u{1161}", "\u{202E}",
    "\u{2028}", "\u{FEFF}", "\u{1D54F}", "\u{2160}", "\u{37A}", "\u{FFFE}", "\u{10FFFF}",
  ]
}
