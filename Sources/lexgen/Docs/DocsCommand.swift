import ArgumentParser
import LexiconDocs
import LexiconProject

struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs",
    abstract: "Generate a static website: a page per document, and an index with search.",
    discussion: """
      The site loads nothing from other hosts, works from the file system, and can be read without \
      JavaScript. Pages of removed documents are deleted; other files are not touched.

        lexgen docs Lexicons --output site
        lexgen docs Lexicons --include com.example.* --title "Notes" --output site
      """
  )

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the site to this directory.", valueName: "directory"),
    completion: .directory
  )
  var output: String

  @Option(help: ArgumentHelp("Set the name of the site.", valueName: "text"))
  var title = "Lexicons"

  @Flag(name: .shortAndLong, help: "Print only errors and warnings.")
  var quiet = false

  func run() throws {
    let check = try ProjectCheck(input.selection)
    check.report(isQuiet: quiet)
    guard !check.documents.isEmpty else {
      // Continuing would remove all pages.
      if check.hasErrors { throw Status.findings }
      throw CommandFailure("the input contains no Lexicon document")
    }
    let files = try DocumentationSite(check.documents, title: title).files()
    do throws(FileSystem.Failure) {
      let summary = try OutputWriter(directory: output, kinds: .site).write(files)
      if !quiet {
        Terminal.progress(
          "\(files.count) files (\(summary))"
        )
      }
    } catch {
      throw CommandFailure(error)
    }
    if check.hasErrors { throw Status.findings }
  }
}
