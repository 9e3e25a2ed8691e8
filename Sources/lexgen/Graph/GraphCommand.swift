import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw the references between documents or definitions.",
    discussion: """
      With an NSID, the graph contains everything reachable from that document; otherwise, \
      everything.

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
      "Start from this document, and read lexicons from these directories and files.",
      discussion: "A first value that is not an NSID is a path, too.",
      valueName: "nsid-or-path"
    ),
    completion: CatalogOptions.completion
  )
  var subjects: [String] = []

  @Option(help: "Print the graph in this format: dot (Graphviz) or mermaid.")
  var format = Format.dot

  @Option(help: "Use documents or definitions as nodes.")
  var level = ReferenceGraph.Level.documents

  @OptionGroup var catalog: CatalogOptions

  func run() throws {
    let nsid = subjects.first.flatMap { (try? NSID($0)) == nil ? nil : $0 }
    let loaded = try catalog.load(Array(subjects.dropFirst(nsid == nil ? 0 : 1)))
    let checked = loaded.checked
    let root = try nsid.map { try checked.document($0).id.value }
    let hasErrors = loaded.reportErrors(of: nsid.map { [$0] })
    let graph = ReferenceGraph(checked, root: root, level: level)
    print(format == .dot ? graph.dot : graph.mermaid)
    if hasErrors { throw Status.findings }
  }
}

extension ReferenceGraph.Level: ExpressibleByArgument {}
