/// Rows in columns of equal width, except for the last column. Numbers are right-aligned.
struct TextTable {
  enum Cell {
    case text(String)
    case number(Int)

    fileprivate var string: String {
      switch self {
      case .text(let text): text
      case .number(let number): String(number)
      }
    }
  }

  private var rows: [[Cell]] = []

  mutating func append(_ cells: Cell...) {
    rows.append(cells)
  }

  /// Adds a row of a name and a value, either of which may be untrusted text.
  mutating func add(_ name: String, _ value: String) {
    append(.text(name.withoutControls), .text(value.withoutControls))
  }

  var lines: [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.count > column ? $0[column].string.count : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.string.count)
        if case .number = cell { return padding + cell.string }
        return column == row.count - 1 ? cell.string : cell.string + padding
      }
      .joined(separator: "  ")
    }
  }

  func print() {
    for line in lines { Console.line(line) }
  }
}
