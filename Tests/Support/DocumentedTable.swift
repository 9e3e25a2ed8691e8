import Foundation

/// A table in a documentation page that is generated from code.
package struct DocumentedTable: Sendable {
  private let table: String
  private let page: URL

  /// - Parameters:
  ///   - table: Markdown; the first line is the header.
  ///   - page: a path below the package's directory.
  package init(_ table: String, in page: String) {
    self.table = table
    self.page = URL(filePath: #filePath).appending(path: "../../../\(page)").standardized
  }

  /// Why the page does not contain the table; nil if it does.
  ///
  /// `RECORD_SNAPSHOTS=1` writes the table to the page; that run fails, so that the change is
  /// reviewed.
  package func difference() throws -> String? {
    let text = try String(contentsOf: page, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try recorded(in: text).write(to: page, atomically: true, encoding: .utf8)
      return "recorded the table in \(page.lastPathComponent)"
    }
    guard !text.contains(table) else { return nil }
    return "\(page.lastPathComponent) differs from the code; record it with RECORD_SNAPSHOTS=1"
  }

  /// `text` with the table in place of the one with the same header, or at the end if there is
  /// none.
  private func recorded(in text: String) -> String {
    let header = table.prefix { $0 != "\n" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: header) else { return text + "\n" + table }
    let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex
    lines.replaceSubrange(start..<end, with: table.dropLast().split(separator: "\n"))
    return lines.joined(separator: "\n")
  }
}
