import Foundation

/// What a Python program of this package has found that checks a server from outside.
///
/// The program starts the server, whose executable is its argument, prints a line for each check, and
/// ends with a JSON object that counts them.
package struct PythonChecks: Decodable, Sendable {
  /// How many checks there were. A program whose checks were skipped would succeed, too.
  package let checks: Int
  package let failed: Int

  /// Runs a program against the executable `atproto`.
  ///
  /// - Parameter path: the path of the program in this package.
  package static func run(_ path: String) async throws -> PythonChecks {
    guard let interpreter = PythonEnvironment.interpreter else {
      throw ProcessFailure(reason: "no Python: run .ci/python, or set LEXGEN_PYTHON")
    }
    let program = PythonEnvironment.package.appending(path: path).path
    let child = try await ChildProcess.run(
      interpreter,
      ["-B", program, try ChildProcess.built("atproto").path],
      seconds: 300
    )
    let lines = child.lines
    guard child.status == 0, let last = lines.last else {
      let error = String(decoding: child.error, as: UTF8.self)
      let shown = lines.suffix(20).joined(separator: "\n")
      throw ProcessFailure(reason: "\(path) ended with \(child.status): \(error)\n\(shown)")
    }
    return try JSONDecoder().decode(PythonChecks.self, from: Data(last.utf8))
  }
}
