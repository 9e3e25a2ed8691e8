import ATProtoData
import ATProtoSyntax
import AppView
import ArgumentParser
import Lexicon
import LexiconIndex
import VerifiedSync

struct AppViewPlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what an app view would index.",
    discussion: """
      Reads the lexicons in these folders, in addition to those that are compiled in, without a \
      server. Each field is shown with its type, whether a record may have several values, and whether \
      its words are searched. With --json, one line per field: {"collection", "path", "type", \
      "repeats", "compared", "searched", "sortable"}.
      """
  )

  @Argument(help: "Folders with lexicons, read recursively.")
  var folders: [String] = []

  @Option(
    help: ArgumentHelp(
      "Show only these collections: an NSID or prefix.*; may be repeated.",
      valueName: "pattern"
    ),
    transform: Self.pattern
  )
  var collection: [CollectionPattern] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let lexicons = AppViewLexicons.read(folders, knowing: AppViewLexicons.builtIn)
    for problem in lexicons.problems { output.warn(problem) }
    let plan = IndexPlan(lexicons.catalog) { nsid in
      collection.isEmpty || collection.contains { $0.matches(nsid) }
    }
    guard !output.json else {
      for row in plan.rows { Console.json(row.dataValue) }
      return
    }
    for collection in plan.collections {
      Console.line(collection.collection.string)
      var table = TextTable()
      for row in collection.rows {
        table.append(
          .text("  " + row.path.withoutControls),
          .text(row.type.withoutControls),
          .text(row.notes)
        )
      }
      table.print()
      Console.line()
    }
    Console.line(IndexPlan.commonNote)
  }

  private static func pattern(_ text: String) throws -> CollectionPattern {
    guard let pattern = CollectionPattern(text) else {
      throw ValidationError("'\(text.prefix(80))' is not an NSID or prefix.*")
    }
    return pattern
  }
}

extension PlanRow {
  fileprivate var dataValue: DataValue {
    [
      "collection": .string(collection.string), "path": .string(path), "type": .string(type),
      "repeats": .boolean(repeats), "compared": .boolean(isCompared),
      "searched": .boolean(isSearched), "sortable": .boolean(isSortable),
    ]
  }

  fileprivate var notes: String {
    [
      repeats ? "repeats" : nil, isCompared ? nil : "presence only",
      isSearched ? "searched" : nil,
    ].compactMap(\.self).joined(separator: ", ")
  }
}
