import ATProtoData
import ATProtoRepo
import ArgumentParser

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Shows which records differ between two files of one repository."
  )

  @Argument(help: ArgumentHelp("The repository before.", valueName: "old.car"))
  var old: String

  @OptionGroup var options: RepoFileOptions

  func run() async throws {
    let before = try CARFile(old).repository()
    let after = try CARFile(options.file).repository()
    let difference = try after.tree.difference(from: before.tree)
    for change in difference.changes {
      if options.json {
        Console.json([
          "path": .string("\(change.key)"),
          "old": change.old.map { .string($0.string) } ?? .null,
          "new": change.new.map { .string($0.string) } ?? .null,
        ])
      } else {
        let mark = change.old == nil ? "+" : change.new == nil ? "-" : "~"
        Console.line("\(mark) \(change.key.printable)  \((change.new ?? change.old)?.string ?? "")")
      }
    }
    guard !options.json else { return }
    Console.error(
      "\(difference.changes.count) records differ; \(difference.createdNodes.count) nodes are "
        + "new, \(difference.removedNodes.count) fell away"
    )
  }
}
