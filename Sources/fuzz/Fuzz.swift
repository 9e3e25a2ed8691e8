import ArgumentParser
import Foundation

/// Searches for inputs that the codecs do not survive.
///
/// A trap ends a process, so the work is done in a child that writes each input down before it
/// tries it; the parent turns what a dead child left into a file for the regression tests.
@main
struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Feed mutated documents to the codecs until interrupted."
  )

  @Option(help: "Seed of the random numbers; printed, so that a run can be repeated.")
  var seed: UInt64?

  @Option(help: "Stop after this number of seconds.")
  var seconds: Int?

  @Option(help: "Stop after this number of inputs.")
  var count: Int?

  @Option(help: "Directory of the lexicons to create documents from.")
  var lexicons = "Lexicons"

  @Option(help: "Directory to write findings to.")
  var findings = "Tests/Regressions"

  @Option(help: .hidden)
  var lastInput: String?

  /// Inputs that one child tries.
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

  /// Whether the child found something, or died of it.
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
    // A child that found something says so and has saved it. swift-corelibs-foundation gives the
    // number of a signal as a status like any other (Swift 6.3), so the reason alone tells nothing.
    let status = child.terminationStatus
    if child.terminationReason == .exit, [0, ExitCode.failure.rawValue].contains(status) {
      return status != 0
    }
    let path = try folder.write(InputFile.read(last))
    print("fuzz: terminated by signal \(status), input saved as \(path)")
    return true
  }
}
