import ArgumentParser
import LexiconDocs

struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs",
    abstract: "Writes a static web site: a page for each document, and an index with search.",
    discussion: """
      The site loads nothing from elsewhere, and can be read from a disk and without JavaScript. \
      Pages of documents that are gone are removed, files of others are not touched.

        lexgen docs Lexicons --output site
        lexgen docs Lexicons --include com.example.* --title "Notes" --output site
      """
  )

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Output folder.", valueName: "folder"),
    completion: .directory
  )
  var output: String

  @Option(help: ArgumentHelp("The name of the site.", valueName: "text"))
  var title = "Lexicons"

  @Flag(name: .shortAndLong, help: "Print errors and warnings only.")
  var quiet = false

  func run() throws {
    let compilation = try Compilation(input)
    compilation.report()
    guard !compilation.documents.isEmpty else {
      // Going on would remove all pages.
      if compilation.hasErrors { throw Status.findings }
      throw ValidationError("No Lexicon document is among the input.")
    }
    let files = try DocumentationSite(compilation.documents, title: title).files()
    do throws(FileSystem.Failure) {
      let summary = try OutputWriter(folder: output, kinds: .site).write(files)
      if !quiet {
        Terminal.progress(
          "\(files.count) files (\(summary.written) written, \(summary.unchanged) unchanged, "
            + "\(summary.removed) removed)"
        )
      }
    } catch {
      Terminal.error("\(error.path): error: \(error.description)")
      throw Status.usage
    }
    if compilation.hasErrors { throw Status.findings }
  }
}
