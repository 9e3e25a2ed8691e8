package import Lexicon

extension DiagnosticRule {
  /// Whether a diagnostic of an ``InputReader`` says that documents may be missing whose names are
  /// not known, so that no selection leaves it out: about a limit or a directory.
  package static func isAboutUnknownDocuments(_ diagnostic: Diagnostic) -> Bool {
    ["folder-too-deep", "too-many-files", "too-much-input"].contains(diagnostic.rule)
      || DocumentFormat(path: diagnostic.location.path) == nil
  }

  /// Whether an id is a rule of another command, or of all commands.
  static func isOutsideCheck(_ id: String) -> Bool {
    files.contains { $0.id == id } || EvolutionRule[id: id] != nil || changes.contains(id)
  }

  /// The rules of `lexgen diff` that are not about one change.
  private static let changes = [
    "old-version-has-errors", "swift-source-breaking", "swift-source-compatible",
    "unused-acceptance",
  ]

  /// The rules about files, the configuration, and the relations between modules. They are not
  /// about a single document, and a configuration cannot change their severity.
  package static let files: [DiagnosticRule] = [
    error(
      "authority-elsewhere",
      "The documents of a namespace root belong to one module.",
      "Its Swift namespace can be declared only once, and an imported module already declares it."
    ),
    error(
      "configuration",
      "lexgen.yaml contains only known keys and valid values.",
      "An ignored key would look as if it had an effect."
    ),
    error(
      "folder-too-deep",
      "Directories are nested at most \(InputReader.depthLimit) levels deep.",
      "Deeper nesting is a mistake."
    ),
    error(
      "invalid-bundle",
      "Every document in a bundle has an NSID of its own.",
      "The NSID decides the path of the extracted file."
    ),
    error(
      "module-case-conflict",
      "No two module names differ only in case.",
      "Many file systems cannot tell their directories apart."
    ),
    error(
      "module-cycle",
      "Modules do not refer to each other in a circle.",
      "Swift builds modules one after another."
    ),
    error(
      "no-such-input",
      "Every named file and directory exists.",
      "Skipping a missing one would hide the mistake."
    ),
    error(
      "too-many-files",
      "The input has at most \(InputReader.fileCountLimit) files.",
      "A larger input is not a set of lexicons."
    ),
    error(
      "too-much-input",
      "The input has at most \(InputReader.totalSizeLimit) bytes.",
      "A larger input is not a set of lexicons, and would exceed the memory of many machines."
    ),
    error(
      "unknown-file-type",
      "A named file is a .json, .yaml, or .yml file.",
      "The file name extension decides how the file is read."
    ),
    error(
      "unreadable-file",
      "Every file is readable and has at most \(InputReader.fileSizeLimit) bytes.",
      "Skipping an unreadable one would hide the problem."
    ),
  ]

  private static func error(_ id: String, _ summary: String, _ reason: String) -> DiagnosticRule {
    DiagnosticRule(id: id, severity: .error, summary: summary, explanation: reason)
  }
}
