import ATProtoData
import ATProtoRepo
import ArgumentParser

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "Lists the records of a file in the order of their paths."
  )

  @OptionGroup var options: RepoFileOptions

  @Option(help: "Only paths that begin with this, such as a collection.")
  var prefix = ""

  @Option(help: "The first path that may come.")
  var from: String?

  @Option(help: "The first path that does not come any more.")
  var before: String?

  @Option(help: "At most so many records.")
  var limit = Int.max

  func run() async throws {
    let file = try CARFile(options.file)
    var rest = limit
    try file.repository().tree.forEachEntry(
      from: from.map { try MSTKey($0) },
      before: before.map { try MSTKey($0) },
      prefix: [UInt8](prefix.utf8)
    ) { key, value in
      guard rest > 0 else { return false }
      rest -= 1
      let size = file.size(value)
      if options.json {
        Console.json([
          "path": .string("\(key)"), "cid": .string(value.string),
          "bytes": size.map(DataValue.integer) ?? .null,
        ])
      } else {
        // A line at a time: a table of a million rows would wait for the last.
        let column = size.map(String.init) ?? "missing"
        let padding = String(repeating: " ", count: max(0, 8 - column.count))
        Console.line("\(value)  \(padding)\(column)  \(key.printable)")
      }
      return true
    }
  }
}
