import ArgumentParser

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Reports every error of the language in the given documents; writes nothing."
  )

  @OptionGroup var input: InputOptions

  func run() throws {
    let compilation = try Compilation(input)
    compilation.report()
    if compilation.hasErrors { throw Status.findings }
    Terminal.progress("\(compilation.documents.count) documents, no errors")
  }
}
