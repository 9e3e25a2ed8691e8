import ArgumentParser
import LexiconCompiler

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
    let compilation = try Compilation(input)
    compilation.report()
    let modules = Lowering.modules(
      of: compilation.documents,
      external: compilation.external,
      options: compilation.configuration.options(defaultModule: "Lexicons")
    )
    for module in modules {
      print(IRPrinter.text(of: module), terminator: "")
    }
    if compilation.hasErrors { throw Status.findings }
  }
}
