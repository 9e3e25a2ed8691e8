import ArgumentParser
import Lexicon

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Lays out Lexicon documents in JSON in the one canonical way.",
    discussion: """
      Only the layout and the order of keys change: strings, numbers, unknown keys, and the order \
      of definitions and properties stay. Files that are no Lexicon documents are passed over, \
      and so is YAML, which has comments.

        lexgen format Lexicons
        lexgen format --check Lexicons
      """
  )

  @Argument(help: "Folders and files; 'inputs' of lexgen.yaml where none are named.")
  var paths: [String] = []

  @Flag(help: "Changes nothing; the exit status is 1 where something would change.")
  var check = false

  func run() throws {
    let paths = try paths.isEmpty ? ProjectConfiguration.load(nil).inputs : paths
    guard !paths.isEmpty else {
      throw ValidationError("No input: name folders or files, or list them in lexgen.yaml.")
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
      "\(changed) file\(changed == 1 ? "" : "s") \(change)"
        + (others == 0 ? "" : "; \(others) in YAML passed over: only JSON is formatted")
    )
    let hasErrors = diagnostics.contains { $0.severity == .error }
    if hasErrors || check && changed > 0 { throw Status.findings }
  }
}
