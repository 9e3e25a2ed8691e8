import Foundation
import Testing

/// The built `lexgen`, run as its users run it.
struct LexgenProcess {
  let status: Int32
  let output: String
  let error: String

  /// Lines of the standard error without the folder's path, which is another each time.
  let lines: [String]

  /// Runs `lexgen` in `folder`.
  ///
  /// A run that has not ended after a minute is stopped, and its status is that of the signal.
  init(_ arguments: String..., in folder: TemporaryFolder) throws {
    try self.init(arguments, in: folder)
  }

  init(_ arguments: [String], in folder: TemporaryFolder) throws {
    let process = Process()
    process.executableURL = try Self.executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder.path)
    // Files, not pipes, which a long output would fill.
    let scratch = try TemporaryFolder()
    for name in ["out", "error"] { try scratch.write("", to: name) }
    let out = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/out"))
    let error = try FileHandle(forWritingTo: URL(filePath: "\(scratch.path)/error"))
    process.standardOutput = out
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let guardian = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: guardian)
    process.waitUntilExit()
    guardian.cancel()
    status = process.terminationStatus
    output = try scratch.text("out")
    self.error = try scratch.text("error")
    lines = self.error.replacing("\(folder.path)/", with: "")
      .split(separator: "\n").map(String.init)
  }

  /// Stands beside the test bundle.
  private static var executable: URL {
    get throws {
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
      // On Linux the tests' executable is the bundle.
      let tests = bundle ?? URL(filePath: CommandLine.arguments[0])
      let folders = [tests, tests.resolvingSymlinksInPath()].map { $0.deletingLastPathComponent() }
      let file = folders.map { $0.appending(path: "lexgen") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      return try #require(file, "no lexgen beside \(tests.path)")
    }
  }
}
