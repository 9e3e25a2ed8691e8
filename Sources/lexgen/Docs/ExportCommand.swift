import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconExport
import LexiconProject

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Export lexicons as JSON Schema 2020-12 or OpenAPI 3.1.",
    discussion: """
      JSON Schema contains every record, object, and other definition with data; OpenAPI adds the \
      methods. Features that these languages lack are written to fields that start with x-.

        lexgen export Lexicons --format openapi --title Notes --output openapi.json
        lexgen export Lexicons --format json-schema --include app.bsky.feed.post \\
          --subject app.bsky.feed.post
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonSchema = "json-schema"
    case openAPI = "openapi"
  }

  @OptionGroup var input: InputOptions

  @Option(help: "Export in this format: json-schema or openapi.")
  var format: Format

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to this file. Default: standard output.", valueName: "file"),
    completion: .file(extensions: ["json"])
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "With json-schema, make the root schema describe this definition, NSID or NSID#name.",
      valueName: "nsid"
    ),
    completion: CatalogOptions.completion
  )
  var subject: String?

  @Option(help: ArgumentHelp("With openapi, set the title of the API.", valueName: "text"))
  var title = "XRPC"

  @Option(help: ArgumentHelp("With openapi, set the version of the API.", valueName: "text"))
  var apiVersion = "1.0.0"

  func run() throws {
    let check = try ProjectCheck(input.selection)
    check.report()
    let documents = check.documents + check.external
    let json: OrderedJSON
    switch format {
    case .jsonSchema:
      json = JSONSchemaExport(documents, root: try root(in: documents, check)).json()
    case .openAPI:
      json = OpenAPIExport(documents, title: title, version: apiVersion).json()
    }
    if let output {
      do throws(FileSystem.Failure) {
        try FileSystem.write(Array(json.text.utf8), to: output)
      } catch {
        throw CommandFailure(error)
      }
    } else {
      print(json.text, terminator: "")
    }
    if check.hasErrors { throw Status.findings }
  }

  private func root(
    in documents: [LexiconDocument],
    _ check: ProjectCheck
  ) throws -> Reference? {
    guard let subject else { return nil }
    let parts = subject.split(separator: "#", maxSplits: 1).map(String.init)
    let name = parts.count == 2 ? parts[1] : "main"
    let nsid = parts.first ?? ""
    let external = check.external.first { $0.id.value.string == nsid }
    let document = if let external { external } else { try check.checked.document(nsid) }
    guard let definition = document[definition: name] else {
      throw CommandFailure("'\(nsid)' has no definition \(quoted(name))")
    }
    guard documents.contains(where: { $0.id.value == document.id.value }) else {
      throw CommandFailure("'\(nsid)' is not part of the selection")
    }
    switch definition.kind {
    case .record, .token, .schema: break
    case .query, .procedure, .subscription, .permissionSet, .space:
      throw CommandFailure("'\(subject)' does not describe data")
    }
    return Reference(nsid: document.id.value, definition: name, at: definition.name.location)
  }
}
