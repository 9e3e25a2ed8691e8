/// Rows of a name and a value, one below the other.
struct Table {
  private var rows: [(name: String, value: String)] = []

  mutating func add(_ name: String, _ value: String) {
    rows.append((Self.printable(name), Self.printable(value)))
  }

  func print() {
    let width = rows.map(\.name.count).max() ?? 0
    for (name, value) in rows {
      let space = String(repeating: " ", count: width - name.count + 2)
      Console.line(name + space + value)
    }
  }

  /// Text of strangers for a terminal: without control characters, which could rewrite it.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }
      )
    )
  }
}
