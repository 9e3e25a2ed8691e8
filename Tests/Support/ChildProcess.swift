package import Foundation

/// The result of a program that has run to completion.
package struct ChildProcess: Sendable {
  /// The exit status, or the negative number of the signal that ended it.
  package let status: Int32
  package let output: Data
  package let error: Data

  package var lines: [String] { Self.lines(output) }

  /// Runs `program`, and kills it after `seconds`. Its standard streams are temporary files.
  package init(
    _ program: URL,
    _ arguments: [String],
    input: Data = Data(),
    folder: URL? = nil,
    seconds: Double = 120
  ) throws {
    let files = FileManager.default
    let scratch = files.temporaryDirectory.appending(path: "child-\(UUID().uuidString)")
    try files.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? files.removeItem(at: scratch) }
    let places = ["in", "out", "error"].map { scratch.appending(path: $0) }
    try input.write(to: places[0])
    let child = try RunningProcess(
      program,
      arguments,
      input: places[0].path,
      output: places[1].path,
      error: places[2].path,
      folder: folder?.path
    )
    status = child.wait(seconds: seconds)
    output = try Data(contentsOf: places[1])
    error = try Data(contentsOf: places[2])
  }

  /// Runs `program` on its own thread, because the threads on which tasks run must not block.
  package static func run(
    _ program: URL,
    _ arguments: [String],
    seconds: Double = 120
  ) async throws -> ChildProcess {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          with: Result { try ChildProcess(program, arguments, seconds: seconds) }
        )
      }
    }
  }

  /// An executable of this package, in the same directory as the tests' executable.
  package static func built(_ name: String) throws -> URL {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    // On Linux, the tests' executable is the bundle.
    let tests = bundle ?? URL(filePath: CommandLine.arguments[0])
    let folders = [tests, tests.resolvingSymlinksInPath()].map { $0.deletingLastPathComponent() }
    let found = folders.map { $0.appending(path: name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else {
      throw ProcessFailure(reason: "cannot find \(name) beside \(tests.path)")
    }
    return found
  }

  private static func lines(_ data: Data) -> [String] {
    String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

package struct ProcessFailure: Error {
  package let reason: String

  package init(reason: String) {
    self.reason = reason
  }
}
