/// What the scenario prints.
struct Report {
  private var count = 0

  mutating func step(_ name: String, _ result: String) {
    count += 1
    let number = count < 10 ? " \(count)" : "\(count)"
    Console.line("\(number)  \(name.padded(to: 24))  \(result)")
  }

  func table(_ header: [String], _ rows: [[String]]) {
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    Console.line()
    for row in [header, widths.map { String(repeating: "-", count: $0) }] + rows {
      let cells = zip(row, widths).map { $0.padded(to: $1) }
      var line = "    " + cells.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      Console.line(line)
    }
    Console.line()
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
