package import Lexicon

/// The reason why a command ends, other than findings that it has printed already.
package struct CommandFailure: Error {
  /// The exit status for errors in documents and breaking changes.
  package static let findings: Int32 = 1
  /// The exit status for an invalid command line or configuration, and for a file that cannot be
  /// read or written.
  package static let usage: Int32 = 2

  /// What is wrong, and what to do: a sentence without its period.
  package var message: String
  package var status: Int32
  /// What to try instead, on a line of its own.
  package var hint: String?
  /// Printed before the message.
  package var diagnostics: [Diagnostic]
  /// Whether the message begins with the path of a file.
  private var isLocated = false
  /// Whether the message is printed before the diagnostics.
  private var isHeading = false

  package init(
    _ message: String,
    status: Int32 = CommandFailure.usage,
    hint: String? = nil,
    diagnostics: [Diagnostic] = []
  ) {
    self.message = message
    self.status = status
    self.hint = hint
    self.diagnostics = diagnostics
  }

  /// `path: error: reason`
  package init(path: String, _ reason: String, diagnostics: [Diagnostic] = []) {
    self.init("\(path): error: \(reason)", diagnostics: diagnostics)
    isLocated = true
  }

  /// Creates a failure because of errors in documents, with a line that introduces them.
  package init(heading: String, diagnostics: [Diagnostic]) {
    self.init("\(heading):", status: Self.findings, diagnostics: diagnostics)
    isHeading = true
  }

  /// There are findings, which are printed already.
  package static let reported = CommandFailure("", status: findings)

  /// Creates the failure to read or write a file.
  package init(_ failure: FileSystem.Failure) {
    self.init(path: failure.path, failure.description)
  }

  /// The lines for standard error.
  package var text: String {
    let lines = diagnostics.map(\.description)
    let bare = isLocated || !diagnostics.isEmpty && !isHeading
    let sentence = message.isEmpty ? [] : [bare ? message : "Error: \(message)"]
    return ((isHeading ? sentence + lines : lines + sentence) + [hint].compactMap(\.self))
      .joined(separator: "\n")
  }
}
