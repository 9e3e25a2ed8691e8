import ArgumentParser
import LexiconCompiler

struct DumpIRCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump-ir",
    abstract: "Prints what would be emitted: names, shapes, boxes, key order and checks.",
    discussion: """
        lexgen dump-ir Lexicons --include app.bsky.feed.post
      """
  )

  @OptionGroup var input: InputOptions

  func run() throws {
    let compilation = try Compilation(input)
    compilation.report()
    var options = compilation.configuration.options
    if !compilation.configuration.hasModulePerAuthority && options.singleModule == nil {
      options.singleModule = "Lexicons"
    }
    let modules = Lowering.modules(
      of: compilation.documents,
      external: compilation.external,
      options: options
    )
    for module in modules {
      print(IRPrinter.text(of: module), terminator: "")
    }
    if compilation.hasErrors { throw Status.findings }
  }
}
