import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconSamples

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks data against its lexicon; prints every violation with its path.",
    discussion: """
      A file holds one value, in the JSON form of the data model or in DAG-CBOR; which of them is \
      told from its first byte.

        lexgen validate app.bsky.feed.post post.json --lexicons Lexicons
        lexgen validate com.example.notes.listNotes/output answer.json
        curl -s "$URL" | lexgen validate app.bsky.feed.defs#postView -
      """
  )

  /// More than any record, and any body that is data, may have.
  static let sizeLimit = 64 * 1024 * 1024

  @Argument(help: CatalogSubject.help, completion: CatalogOptions.completion)
  var nsid: CatalogSubject

  @Argument(
    help: ArgumentHelp("Files to check; - for standard input.", valueName: "file"),
    completion: .file()
  )
  var files: [String]

  @Option(help: "What the files are: json or cbor. Told from the data where it is not said.")
  var format: DataFormat?

  @Flag(help: "Refuse what readers must tolerate and writers must not write: old blobs.")
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
    Terminal.progress("\(files.count) \(files.count == 1 ? "file" : "files"), no violation")
  }
}
