import Foundation
import TestSupport

/// A Python environment with `atmst` and the `atproto` SDK, created by `.ci/python`.
enum PythonPeer {
  static let interpreter = PythonEnvironment.interpreter

  struct Failure: Error {
    var status: Int32
  }

  /// A file that is removed when `body` has finished.
  static func withFile<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "lexgen-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file)
  }

  /// Runs a command of `Peers/peers.py`.
  static func run<Answer: Decodable>(
    _ command: String,
    _ request: some Encodable,
    as type: Answer.Type
  ) throws -> Answer {
    try withFile { file in
      try JSONEncoder().encode(request).write(to: file)
      let script = PythonEnvironment.package
        .appending(path: "Tests/ATProtoRepoTests/Peers/peers.py")
      guard let interpreter else { throw Failure(status: 127) }
      let child = try ChildProcess(
        interpreter,
        [script.path, command, file.path]
      )
      guard child.status == 0 else { throw Failure(status: child.status) }
      return try JSONDecoder().decode(type, from: child.output)
    }
  }
}
