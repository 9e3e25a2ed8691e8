import ATProtoSyntax
import ArgumentParser
import LexiconProject

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Create a project: lexgen.yaml, an example of each primary type, a CI workflow.",
    discussion: """
      Existing files are never overwritten: if one of the files exists, none is written. The \
      examples are in 'lexicons' if that directory or a manifest lexicons.json exists, and in \
      'Lexicons' otherwise. With a manifest, the CI workflow verifies the installed documents.

        lexgen init
        lexgen init notes --group com.example.notes
        cd notes && lexgen check && lexgen docs --output site
      """
  )

  @Argument(
    help: ArgumentHelp("Create the project in this directory.", valueName: "directory"),
    completion: .directory
  )
  var directory = "."

  @Option(
    help: ArgumentHelp(
      "Use this NSID group for the examples: a domain name that you own, in reverse, with optional "
        + "further segments.",
      valueName: "group"
    )
  )
  var group = "com.example.notes"

  func run() throws {
    do {
      _ = try NSID("\(self.group).note")
    } catch {
      throw CommandFailure("'\(self.group)' is not a valid NSID group: \(error)")
    }
    let group = LowercaseAuthority.of(self.group)
    let directory = InputReader.withoutTrailingSlash(self.directory)
    try NewFiles.write(
      ProjectTemplate(group: group, directory: directory).files,
      below: directory == "." ? "" : directory
    )
  }
}
