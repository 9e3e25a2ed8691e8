import ATProtoSyntax
import ArgumentParser
import Lexicon

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draws which documents, or definitions, refer to which.",
    discussion: """
      With an NSID, what that document leads to; without one, everything.

        lexgen graph app.bsky.feed.post Lexicons | dot -Tsvg > post.svg
        lexgen graph Lexicons
        lexgen graph com.example.notes.note --level definitions --format mermaid
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case dot
    case mermaid
  }

  @Argument(
    help: ArgumentHelp(
      "The document to begin with, and folders and files of lexicons.",
      discussion: "What is no NSID is a folder or a file; --lexicons names any.",
      valueName: "nsid-or-path"
    ),
    completion: CatalogOptions.completion
  )
  var subjects: [String] = []

  @Option(help: "dot, for Graphviz, or mermaid.")
  var format = Format.dot

  @Option(help: "What the nodes are: documents or definitions.")
  var level = ReferenceGraph.Level.documents

  @OptionGroup var catalog: CatalogOptions

  func run() throws {
    let nsid = subjects.first.flatMap { (try? NSID($0)) == nil ? nil : $0 }
    let checked = try catalog.load(Array(subjects.dropFirst(nsid == nil ? 0 : 1)))
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
