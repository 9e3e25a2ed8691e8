import ATProtoSyntax
import ArgumentParser
import Lexicon

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws which documents, or definitions, refer to which.",
    discussion: """
      With an NSID, what that document leads to; without one, everything.

        lexgen graph app.bsky.feed.post --lexicons Lexicons | dot -Tsvg > post.svg
        lexgen graph com.example.notes.note --level definitions --format mermaid
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case dot
    case mermaid
  }

  @Argument(
    help: ArgumentHelp("The document to begin with.", valueName: "nsid"),
    completion: CatalogOptions.completion
  )
  var nsid: String?

  @Option(help: "dot, for Graphviz, or mermaid.")
  var format = Format.dot

  @Option(help: "What the nodes are: documents or definitions.")
  var level = ReferenceGraph.Level.documents

  @OptionGroup var catalog: CatalogOptions

  func run() throws {
    let checked = try catalog.load()
    var root: NSID?
    if let nsid {
      guard let document = checked.catalog[nsid] else {
        throw ValidationError("No document '\(nsid)' is among the lexicons.")
      }
      root = document.id.value
    }
    let graph = ReferenceGraph(checked, root: root, level: level)
    print(format == .dot ? graph.dot : graph.mermaid)
    if checked.hasErrors { throw Status.findings }
  }
}

extension ReferenceGraph.Level: ExpressibleByArgument {}
