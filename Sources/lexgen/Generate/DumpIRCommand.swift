import ArgumentParser
import LexiconCompiler
import LexiconProject

struct DumpIRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump-ir",
    abstract: "Print what would be generated: names, shapes, boxes, key order, and checks.",
    discussion: """
        lexgen dump-ir Lexicons --include app.bsky.feed.post
      """
  )

  @OptionGroup var input: InputOptions

  func run() throws {
    let check = try ProjectCheck(input.selection)
    check.report()
    let modules = Lowering.modules(
      of: check.documents,
      external: check.external,
      options: check.configuration.options(defaultModule: "Lexicons")
    )
    for module in modules {
      print(IRPrinter.text(of: module), terminator: "")
    }
    if check.hasErrors { throw Status.findings }
  }
}
