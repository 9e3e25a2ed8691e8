import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject
import LexiconSamples

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Validate data against its lexicon.",
    discussion: """
      Every violation is printed with its path. A file contains one value, in the JSON \
      representation of the data model or in DAG-CBOR.

        lexgen validate app.bsky.feed.post post.json --lexicons Lexicons
        lexgen validate com.example.notes.listNotes/output answer.json
        curl -s "$URL" | lexgen validate app.bsky.feed.defs#postView -
      """
  )

  /// In bytes; larger than any valid record or body.
  static let sizeLimit = 64 * 1024 * 1024

  @Argument(
    help: CatalogSubject.help("Validate against this definition."),
    completion: CatalogOptions.completion
  )
  var nsid: CatalogSubject

  @Argument(
    help: ArgumentHelp("Validate these files; pass - for standard input.", valueName: "file"),
    completion: .file()
  )
  var files: [String]

  @Option(help: "Read files in this format: json or cbor. Detected automatically by default.")
  var format: DataFormat?

  @Flag(help: "Reject legacy blobs, which readers must accept but writers must not write.")
  var strict = false

  @OptionGroup var catalog: CatalogOptions

  func run() throws {
    let checked = try catalog.load()
    let check = try DataCheck(
      checked.catalog,
      nsid.subject,
      rules: strict ? .strict : .allowsLegacyBlobs
    )
    var isValid = true
    for file in files {
      let name = file == "-" ? "standard input" : file
      let findings: [String]
      do throws(FileSystem.Failure) {
        let bytes =
          file == "-"
          ? try FileSystem.standardInput(limit: Self.sizeLimit)
          : try FileSystem.read(file, limit: Self.sizeLimit)
        findings = check.findings(in: bytes, format: format ?? DataFormat(of: bytes))
      } catch {
        findings = [error.description]
      }
      for finding in findings { print("\(name): \(finding)") }
      isValid = isValid && findings.isEmpty
    }
    if !isValid || checked.hasErrors { throw Status.findings }
    Terminal.progress("\(Terminal.count(files.count, "file")), no violations")
  }
}
