import ArgumentParser
import LexiconExport
import LexiconProject

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print a JSON Schema of the Lexicon language.",
    discussion: """
      Editors without a language server use it to complete and check keys and types. It is JSON \
      Schema draft-07, and accepts every valid document.

        lexgen schema --output lexicon.schema.json
      """
  )

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file. Default: standard output.", valueName: "file"),
    completion: .file(extensions: ["json"])
  )
  var output: String?

  func run() throws {
    let text = LanguageSchema.json().text
    guard let output else {
      Terminal.result(text)
      return
    }
    do throws(FileSystem.Failure) {
      try FileSystem.write(Array(text.utf8), to: output)
    } catch {
      throw CommandFailure(error)
    }
  }
}
