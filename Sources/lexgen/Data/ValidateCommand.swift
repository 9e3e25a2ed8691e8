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
      Every violation is printed with its position and path. A file contains values in the JSON \
      representation of the data model, separated by white space, or in DAG-CBOR, one after \
      another.

        lexgen validate app.bsky.feed.post post.json --lexicons Lexicons
        lexgen validate com.example.notes.listNotes/output answer.json
        curl -s "$URL" | lexgen validate app.bsky.feed.defs#postView -

      With --json, an object is printed for each value: the file, the index of the value in it, \
      starting at 1, whether the value is valid, and its violations.

      Exit status: 0 if all values are valid; 1 otherwise, or if a file cannot be read; 2 if the \
      definition cannot be used.
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

  @Option(
    help: ArgumentHelp(
      "Treat fields that the schema does not define in this way: ignore, warn, or error.",
      valueName: "policy"
    ),
    transform: choice(UnknownFieldPolicy.allCases)
  )
  var unknown = UnknownFieldPolicy.ignore

  @Flag(help: "Print a JSON object for each value instead of text.")
  var json = false

  @OptionGroup var catalog: CatalogOptions

  func run() throws {
    let loaded = try catalog.load()
    let check = try DataCheck(
      loaded.checked,
      nsid.subject,
      rules: strict ? .strict : .allowsLegacyBlobs,
      unknownFields: unknown
    )
    let hasErrors = loaded.reportErrors(of: [nsid.subject.nsid])
    var counts = Counts()
    for file in files {
      let name = file == "-" ? "standard input" : file
      let bytes: [UInt8]
      do throws(FileSystem.Failure) {
        bytes =
          file == "-"
          ? try FileSystem.standardInput(limit: Self.sizeLimit)
          : try FileSystem.read(file, limit: Self.sizeLimit)
      } catch {
        Terminal.error("\(name): error: \(error.description)")
        counts.unreadable += 1
        continue
      }
      var index = 0
      check.forEachValue(in: bytes, name: name, format: format ?? DataFormat(of: bytes)) {
        findings in
        index += 1
        let isValid = !findings.contains { $0.severity == .error }
        counts.add(findings, isValid: isValid)
        print(findings, of: name, index, isValid: isValid)
      }
    }
    Terminal.progress(counts.text)
    if counts.invalid + counts.unreadable > 0 || hasErrors { throw Status.findings }
  }

  private func print(
    _ findings: [DataFinding],
    of file: String,
    _ index: Int,
    isValid: Bool
  ) {
    guard json else {
      for finding in findings { Terminal.result(finding.text(in: file, value: index) + "\n") }
      return
    }
    let object: DataValue = .object([
      "file": .string(file), "index": .integer(index), "valid": .boolean(isValid),
      "violations": .array(findings.map(\.json)),
    ])
    Terminal.result(object.jsonString() + "\n")
  }

  /// What the last line says.
  private struct Counts {
    var valid = 0
    var invalid = 0
    var unreadable = 0
    var violations = 0
    var warnings = 0

    mutating func add(_ findings: [DataFinding], isValid: Bool) {
      if isValid { valid += 1 } else { invalid += 1 }
      let errors = findings.count { $0.severity == .error }
      violations += errors
      warnings += findings.count - errors
    }

    /// `validated 3 values: no violations`
    var text: String {
      var parts = [violations == 0 ? "no violations" : Terminal.count(violations, "violation")]
      if warnings > 0 { parts.append(Terminal.count(warnings, "warning")) }
      if unreadable > 0 { parts.append("cannot read \(Terminal.count(unreadable, "file"))") }
      let all = Terminal.count(valid + invalid, "value")
      return "validated \(all): \(parts.joined(separator: ", "))"
    }
  }
}
