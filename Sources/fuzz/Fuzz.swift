import ArgumentParser
import Foundation

/// Searches for inputs that crash the codecs.
///
/// A trap ends the process, so a child process does the work. It writes each input to a file before
/// trying it, and if it dies, the parent turns that file into one for the regression tests.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Feed mutated documents to the codecs until interrupted."
  )

  @Option(help: "Set the seed, which is printed so that a run can be repeated.")
  var seed: UInt64?

  @Option(help: "Stop after this number of seconds.")
  var seconds: Int?

  @Option(help: "Stop after this number of inputs.")
  var count: Int?

  @Option(help: "Create documents from the lexicons in this directory.")
  var lexicons = "Lexicons"

  @Option(help: "Write findings to this directory.")
  var findings = "Tests/Regressions"

  @Option(help: .hidden)
  var lastInput: String?

  /// The number of inputs that one child tries.
  static let round = 20_000

  func run() throws {
    let folder = FindingsDirectory(URL(filePath: findings))
    if let lastInput {
      let worker = try Worker(lexicons: URL(filePath: lexicons), findings: folder)
      try worker.run(seed: seed ?? 1, count: count ?? Self.round, last: URL(filePath: lastInput))
      return
    }
    var seed = seed ?? UInt64.random(in: 1...999_999)
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    var tried = 0
    var found = 0
    print("fuzz: seed \(seed)")
    while tried < count ?? .max, end.map({ .now < $0 }) ?? true {
      let round = min(Self.round, (count ?? .max) - tried)
      found += try runChild(seed: seed, count: round, folder) ? 1 : 0
      tried += round
      seed += 1
      print("fuzz: \(tried) inputs, \(found) findings; next seed \(seed)")
    }
    if found > 0 { throw ExitCode.failure }
  }

  /// Whether the child found something or was killed by it.
  private func runChild(seed: UInt64, count: Int, _ folder: FindingsDirectory) throws -> Bool {
    let last = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID()).last")
    defer { try? FileManager.default.removeItem(at: last) }
    let child = Process()
    child.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    child.arguments = [
      "--seed", "\(seed)", "--count", "\(count)", "--lexicons", lexicons, "--findings", findings,
      "--last-input", last.path,
    ]
    try child.run()
    child.waitUntilExit()
    // A child that finds something prints it and has saved it. swift-corelibs-foundation reports a
    // signal number as an ordinary status (Swift 6.3), so the termination reason alone is not
    // enough.
    let status = child.terminationStatus
    if child.terminationReason == .exit, [0, ExitCode.failure.rawValue].contains(status) {
      return status != 0
    }
    let path = try folder.write(InputFile.read(last))
    print("fuzz: terminated by signal \(status), input saved as \(path)")
    return true
  }
}
