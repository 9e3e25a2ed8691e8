import Foundation
import TestSupport

/// The built `lexgen`, run as users run it.
struct LexgenProcess {
  let status: Int32
  let output: String
  let error: String

  /// Lines of standard error without excerpts of the source, and without the path of the temporary
  /// directory, which differs in each run.
  let lines: [String]
  /// The same for standard output.
  let findings: [String]

  /// Runs `lexgen` in `folder`.
  ///
  /// A run that has not finished after two minutes is stopped, and its status is that of the
  /// signal.
  init(_ arguments: String..., in folder: TemporaryFolder) throws {
    try self.init(arguments, in: folder)
  }

  init(_ arguments: [String], in folder: TemporaryFolder) throws {
    let child = try ChildProcess(
      try ChildProcess.built("lexgen"),
      arguments,
      folder: URL(filePath: folder.path)
    )
    status = child.status
    output = String(decoding: child.output, as: UTF8.self)
    error = String(decoding: child.error, as: UTF8.self)
    func lines(_ text: String) -> [String] {
      text.replacing("\(folder.path)/", with: "").split(separator: "\n").map(String.init)
        .filter { $0.prefixMatch(of: /\ *[0-9]*\ \|/) == nil }
    }
    self.lines = lines(error)
    findings = lines(output)
  }
}
