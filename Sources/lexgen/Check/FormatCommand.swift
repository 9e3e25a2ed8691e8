import ArgumentParser
import Lexicon
import LexiconProject

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Format Lexicon documents in JSON.",
    discussion: """
      Only the layout and the order of keys change. Strings, numbers, unknown keys, and the order \
      of definitions and properties are kept. Files that are not Lexicon documents are skipped, \
      and so is YAML, because of its comments. Documents that the manifest lexicons.json lists are \
      skipped, because they keep the layout of their installation, and so are those below \
      'references' in lexgen.yaml.

        lexgen format Lexicons
        lexgen format --check Lexicons
        lexgen format - < note.json

      With -, a document from standard input is formatted to standard output.
      """
  )

  @Argument(help: "Format these directories and files. Default: 'inputs' in lexgen.yaml.")
  var paths: [String] = []

  @Flag(help: "Do not write files; exit with status 1 if a file would change.")
  var check = false

  func run() throws {
    if paths == [SourceFile.standardInputArgument] { return try formatStandardInput() }
    let configuration = try ProjectConfiguration.load(nil)
    let paths = paths.isEmpty ? configuration.inputs : paths
    guard !paths.isEmpty else {
      throw ProjectSources.noInput
    }
    let installed = InstalledLexicons(
      manifest: configuration.manifest,
      first: paths,
      last: configuration.inputs
    ).files()
    let reader = InputReader(paths, skippingReferences: configuration.references)
    let files = reader.files.filter { !installed.contains($0.path) }
    var diagnostics = reader.diagnostics
    var changed = 0
    for file in files where file.format == .json {
      let result = CanonicalLayout.format(file)
      diagnostics += result.diagnostics
      guard let text = result.text, !text.utf8.elementsEqual(file.bytes) else { continue }
      changed += 1
      if !check { try file.replace(with: Array(text.utf8)) }
      Terminal.result("\(file.path)\n")
    }
    for diagnostic in diagnostics.sorted() { Terminal.error(diagnostic.description) }
    let skipped = [
      (files.count { $0.format != .json }, "YAML file"),
      (reader.files.count - files.count, "installed document"),
    ].filter { $0.0 > 0 }.map { Terminal.count($0.0, $0.1) }
    let change = check ? "would change" : "changed"
    Terminal.progress(
      "\(Terminal.count(changed, "file")) \(change)"
        + (skipped.isEmpty ? "" : "; skipped \(skipped.joined(separator: ", "))")
    )
    let hasErrors = diagnostics.contains { $0.severity == .error }
    if hasErrors || check && changed > 0 { throw Status.findings }
  }

  private func formatStandardInput() throws {
    let file = try SourceFile.standardInput(path: nil)
    guard file.format == .json else {
      throw CommandFailure("cannot format standard input: only JSON can be formatted")
    }
    let result = CanonicalLayout.format(file)
    for diagnostic in result.diagnostics.sorted() { Terminal.error(diagnostic.description) }
    guard let text = result.text else {
      guard result.diagnostics.isEmpty else { throw Status.findings }
      throw CommandFailure(
        "standard input is not a Lexicon document: the field 'lexicon' is missing",
        status: CommandFailure.findings
      )
    }
    if !check { Terminal.result(text) }
    if check, !text.utf8.elementsEqual(file.bytes) { throw Status.findings }
  }
}
