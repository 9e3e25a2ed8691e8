import ArgumentParser
import Lexicon

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Format Lexicon documents in JSON.",
    discussion: """
      Only the layout and the order of keys change. Strings, numbers, unknown keys, and the order \
      of definitions and properties are kept. Files that are not Lexicon documents are skipped, \
      and so is YAML, because of its comments.

        lexgen format Lexicons
        lexgen format --check Lexicons
      """
  )

  @Argument(help: "Format these directories and files. Default: 'inputs' in lexgen.yaml.")
  var paths: [String] = []

  @Flag(help: "Do not write files; exit with status 1 if a file would change.")
  var check = false

  func run() throws {
    let paths = try paths.isEmpty ? ProjectConfiguration.load(nil).inputs : paths
    guard !paths.isEmpty else {
      throw ValidationError(
        "No input: pass directories or files, or list them under 'inputs' in lexgen.yaml."
      )
    }
    let reader = InputReader(paths)
    var diagnostics = reader.diagnostics
    var changed = 0
    for file in reader.files where file.format == .json {
      let result = CanonicalLayout.format(file)
      diagnostics += result.diagnostics
      guard let text = result.text, !text.utf8.elementsEqual(file.bytes) else { continue }
      changed += 1
      if !check { try file.replace(with: Array(text.utf8)) }
      Terminal.result("\(file.path)\n")
    }
    for diagnostic in diagnostics.sorted() { Terminal.error(diagnostic.description) }
    let others = reader.files.count { $0.format != .json }
    let change = check ? "would change" : "changed"
    Terminal.progress(
      "\(Terminal.count(changed, "file")) \(change)"
        + (others == 0 ? "" : "; skipped \(Terminal.count(others, "YAML file"))")
    )
    let hasErrors = diagnostics.contains { $0.severity == .error }
    if hasErrors || check && changed > 0 { throw Status.findings }
  }
}
