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
      server. Each field is shown with what is kept of it, whether a record may have several values, \
      and whether its words are searched. With --json, one line per field: {"collection", "path", \
      "kind", "repeats", "searched"}.
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
      for collection in plan.collections {
        for field in collection.fields { Console.json(Self.row(collection, field)) }
      }
      return
    }
    for (number, collection) in plan.collections.enumerated() {
      if number > 0 { Console.line() }
      Console.line(collection.collection.string)
      var table = TextTable()
      for field in collection.fields {
        table.append(
          .text("  " + field.path.withoutControls),
          .text(field.kind.rawValue),
          .text(Self.notes(field))
        )
      }
      table.print()
    }
  }

  private static func row(_ collection: CollectionPlan, _ field: FieldPlan) -> DataValue {
    [
      "collection": .string(collection.collection.string), "path": .string(field.path),
      "kind": .string(field.kind.rawValue), "repeats": .boolean(field.repeats),
      "searched": .boolean(field.isSearched),
    ]
  }

  private static func notes(_ field: FieldPlan) -> String {
    [field.repeats ? "repeats" : nil, field.isSearched ? "searched" : nil].compactMap(\.self)
      .joined(separator: ", ")
  }

  private static func pattern(_ text: String) throws -> CollectionPattern {
    guard let pattern = CollectionPattern(text) else {
      throw ValidationError("'\(text.prefix(80))' is not an NSID or prefix.*")
    }
    return pattern
  }
}
