import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Show the shortest chain of references that pulls in a document.",
    discussion: """
        lexgen why com.atproto.repo.strongRef Lexicons --include app.bsky.feed.post
      """
  )

  @Argument(help: ArgumentHelp("Explain this document.", valueName: "nsid"))
  var nsid: String

  @OptionGroup var input: InputOptions

  func run() throws {
    do {
      _ = try NSID(nsid)
    } catch {
      throw CommandFailure("'\(nsid)' is not a valid NSID: \(error)")
    }
    let check = try ProjectCheck(input.selection)
    check.report()
    let target = try check.checked.document(nsid).id.value
    let selected = Set(check.roots)
    let roots = check.checked.catalog.documents.map(\.id.value)
      .filter { selected.contains($0.string) }
    if roots.contains(target) {
      print("\(nsid) is selected itself")
    }
    if let chain = check.checked.why(target, from: roots.filter { $0 != target }) {
      print(chain.map(\.string).joined(separator: "\n  -> "))
    } else if !roots.contains(target) {
      print("no selected document refers to \(nsid)")
    }
    if check.hasErrors { throw Status.findings }
  }
}
