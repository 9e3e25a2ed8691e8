import Lexicon

extension DiagnosticRule {
  /// What is wrong with files, with the configuration, or with how modules fit together. No
  /// document shows it by itself, and no configuration makes it milder.
  static let files: [DiagnosticRule] = [
    error(
      "authority-elsewhere",
      "Documents of an authority belong to one module.",
      "Its namespace is declared once: a module that is imported declares it already."
    ),
    error(
      "configuration",
      "lexgen.yaml says only what lexgen understands.",
      "A key that is passed over would be taken for one that works."
    ),
    error(
      "folder-too-deep",
      "Folders are nested no deeper than \(InputReader.depthLimit) levels.",
      "Deeper ones come from a mistake, and lead nowhere."
    ),
    error(
      "module-case-conflict",
      "No two modules have names that differ in case alone.",
      "File systems take their folders for one."
    ),
    error(
      "module-cycle",
      "Modules do not refer to each other in a circle.",
      "Swift builds one after the other."
    ),
    error(
      "no-such-input",
      "Every file and folder that is named is there.",
      "Leaving it out would look as if all were well."
    ),
    error(
      "too-many-files",
      "There are at most \(InputReader.fileCountLimit) files.",
      "More of them are not lexicons."
    ),
    error(
      "too-much-input",
      "All files together have at most \(InputReader.totalSizeLimit) bytes.",
      "What is larger does not fit the memory of many machines, and is not lexicons."
    ),
    error(
      "unknown-file-type",
      "A file that is named is .json, .yaml or .yml.",
      "The name says how it is read."
    ),
    error(
      "unreadable-file",
      "Every file can be read, and has at most \(InputReader.fileSizeLimit) bytes.",
      "Leaving it out would look as if all were well."
    ),
  ]

  private static func error(_ id: String, _ summary: String, _ reason: String) -> DiagnosticRule {
    DiagnosticRule(id: id, severity: .error, summary: summary, explanation: reason)
  }
}
