import Foundation

/// The results of a Python program of this package that checks a server from the outside.
///
/// The program starts the server (the executable is its argument), prints a line for each check,
/// and finally prints a JSON object with their counts.
package struct PythonChecks: Decodable, Sendable {
  /// The number of checks that ran. A program that skips all of its checks would succeed as well.
  package let checks: Int
  package let failed: Int

  /// Runs a program with the executable `atproto`.
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
