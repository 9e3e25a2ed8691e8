import ATProtoSyntax
import ArgumentParser
import LexiconCompiler

struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes the skeleton of a document to where its NSID belongs.",
    discussion: """
      The skeleton is a valid document with a description of everything: change it to what is \
      meant. Nothing is overwritten.

        lexgen new record com.example.notes.note
        lexgen new query com.example.notes.listNotes --folder Lexicons
        lexgen new permission-set com.example.notes.authBasic
      """
  )

  @Argument(
    help: ArgumentHelp(
      "record, query, procedure, subscription or permission-set.",
      valueName: "kind"
    )
  )
  var kind: Skeleton.Kind

  @Argument(help: ArgumentHelp("The new document's name.", valueName: "nsid"))
  var nsid: String

  @Option(
    help: ArgumentHelp(
      "Folder of lexicons. Without it, the first of 'inputs' in lexgen.yaml, or Lexicons.",
      valueName: "folder"
    ),
    completion: .directory
  )
  var folder: String?

  func run() throws {
    do {
      _ = try NSID(nsid)
    } catch {
      throw ValidationError("'\(nsid)' is \(error)")
    }
    let folder = try self.folder ?? ProjectConfiguration.load(nil).inputs.first ?? "Lexicons"
    let skeleton = Skeleton(kind, nsid)
    let file = OutputFile(path: skeleton.path, content: skeleton.text)
    try NewFiles.write([file], below: InputReader.withoutTrailingSlash(folder))
  }
}
