import ATProtoSyntax
import ArgumentParser

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Begins a project: lexgen.yaml, an example of each primary type, a CI workflow.",
    discussion: """
      Nothing is overwritten: where one of the files is there already, none is written.

        lexgen init
        lexgen init notes --group com.example.notes
        cd notes && lexgen check && lexgen docs --output site
      """
  )

  @Argument(
    help: ArgumentHelp("The project's folder; made where it is missing.", valueName: "folder"),
    completion: .directory
  )
  var folder = "."

  @Option(
    help: ArgumentHelp(
      "The group of the examples: a domain that is yours, reversed, perhaps with more behind it.",
      valueName: "group"
    )
  )
  var group = "com.example.notes"

  func run() throws {
    do {
      _ = try NSID("\(group).note")
    } catch {
      throw ValidationError("'\(group)' is no group: '\(group).note' is \(error)")
    }
    let folder = InputReader.withoutTrailingSlash(self.folder)
    try NewFiles.write(
      ProjectTemplate(group: group).files,
      below: folder == "." ? "" : folder
    )
  }
}
