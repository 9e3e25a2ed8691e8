import ATProtoData

/// The output of the scenario: a line or a JSON object for each step.
struct Report {
  let output: OutputOptions
  private var count = 0

  init(_ output: OutputOptions) {
    self.output = output
  }

  mutating func step(_ name: String, _ result: String) {
    count += 1
    let number = count < 10 ? " \(count)" : "\(count)"
    output.print(
      ["step": .string(name), "result": .string(result)],
      orText: "\(number)  \(name.padded(to: 24))  \(result)"
    )
  }

  func table(_ header: [String], _ rows: [[String]]) {
    guard !output.json else { return }
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

  /// Lists features of other Personal Data Servers that this one does not have.
  func absences() {
    guard !output.json else { return }
    Console.line()
    Console.line("All steps agree. Not supported yet:")
    for absence in Self.absences { Console.line("  - \(absence)") }
  }

  private static let absences = [
    "SMTP: mail goes to a file or to a sendmail-compatible command"
  ]
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
