import ATProtoSyntax
import ArgumentParser
import Lexicon

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
    let target: NSID
    do {
      target = try NSID(nsid)
    } catch {
      throw ValidationError("'\(nsid)' is not a valid NSID: \(error)")
    }
    let compilation = try Compilation(input)
    compilation.report()
    guard compilation.checked.catalog[nsid] != nil else {
      throw ValidationError("The input does not contain a document '\(nsid)'.")
    }
    let include =
      input.include.isEmpty ? compilation.configuration.include : input.include
    let exclude =
      input.exclude.isEmpty ? compilation.configuration.exclude : input.exclude
    let selection = Selection(include: include, exclude: exclude)
    let roots = compilation.checked.catalog.documents.map(\.id.value)
      .filter { selection.takes($0.string) }
    if roots.contains(target) {
      print("\(nsid) is selected itself")
    }
    if let chain = compilation.checked.why(target, from: roots.filter { $0 != target }) {
      print(chain.map(\.string).joined(separator: "\n  -> "))
    } else if !roots.contains(target) {
      print("no selected document refers to \(nsid)")
    }
    if compilation.hasErrors { throw Status.findings }
  }
}
