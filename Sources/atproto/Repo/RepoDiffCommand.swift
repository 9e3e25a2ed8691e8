import ATProtoData
import ATProtoRepo
import ArgumentParser

struct RepoDiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show which records differ between two CAR files of the same repository.",
    discussion: #"With --json, one line per record: {"path", "old", "new"}, CIDs or null."#
  )

  @Argument(help: ArgumentHelp("The earlier CAR file of the repository.", valueName: "old.car"))
  var old: String

  @OptionGroup var options: RepoFileOptions

  func run() async throws {
    let before = try CARFile(old).repository()
    let after = try CARFile(options.file).repository()
    let difference = try after.tree.difference(from: before.tree)
    for change in difference.changes {
      if options.output.json {
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
    guard !options.output.json else { return }
    Console.error(
      "\(difference.changes.count) records differ; \(difference.createdNodes.count) tree nodes "
        + "added, \(difference.removedNodes.count) removed"
    )
  }
}
