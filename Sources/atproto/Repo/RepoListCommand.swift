import ATProtoData
import ATProtoRepo
import ArgumentParser

struct RepoListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the records of a repository, in the order of their paths.",
    discussion: #"With --json, one line per record: {"path", "cid", "bytes"}."#,
    aliases: ["list"]
  )

  @OptionGroup var options: RepoFileOptions

  @Option(
    help: ArgumentHelp(
      "List only paths that begin with this, such as a collection.",
      valueName: "prefix"
    )
  )
  var prefix = ""

  @Option(help: ArgumentHelp("List paths from this one on.", valueName: "path"))
  var from: String?

  @Option(help: ArgumentHelp("List paths before this one.", valueName: "path"))
  var before: String?

  @Option(help: ArgumentHelp("Stop after this many records.", valueName: "count"))
  var limit: Int?

  func run() async throws {
    let file = try CARFile(options.file)
    var rest = limit ?? .max
    try file.repository().tree.forEachEntry(
      from: from.map { try MSTKey($0) },
      before: before.map { try MSTKey($0) },
      prefix: [UInt8](prefix.utf8)
    ) { key, value in
      guard rest > 0 else { return false }
      rest -= 1
      let size = file.size(value)
      if options.output.json {
        Console.json([
          "path": .string("\(key)"), "cid": .string(value.string),
          "bytes": size.map(DataValue.integer) ?? .null,
        ])
      } else {
        // Print line by line, because a table of a million rows would wait for the last one.
        let column = size.map(String.init) ?? "missing"
        let padding = String(repeating: " ", count: max(0, 8 - column.count))
        Console.line("\(value)  \(padding)\(column)  \(key.printable)")
      }
      return true
    }
  }
}
