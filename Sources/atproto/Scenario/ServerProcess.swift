import ATProtoData
import Foundation
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// `atproto network serve`, or that of a service, as a child process. It watches its standard input,
/// and stops if this process ends.
struct ServerProcess: Sendable {
  private static let step = "start the server"
  static let patience = Duration.seconds(20)

  let identifier: Int32
  private let output: SubprocessOutputSequence

  /// Starts a server, and stops it when `body` returns or throws.
  ///
  /// - Parameters:
  ///   - service: `network`, or a service such as `pds`.
  ///   - arguments: further arguments.
  /// - Throws: the errors of `body`, and a ``ScenarioFailure`` if the server does not start, or
  ///   does not stop with exit status 0 within 20 seconds of SIGTERM.
  static func run<Result: Sendable>(
    executable: String,
    _ service: String,
    _ arguments: [String],
    _ body: (ServerProcess) async throws -> Result
  ) async throws -> Result {
    var options = PlatformOptions()
    let shutdown = [TeardownStep.gracefulShutDown(allowedDurationToNextStep: patience)]
    options.teardownSequence = shutdown
    let result: ExecutionResult<Result, SequenceOutput, FileDescriptorOutput>
    do {
      result = try await Subprocess.run(
        .path(FilePath(executable)),
        arguments: Arguments(
          [service, "serve", "--dev", "--log-level", "warning", "--stop-at-end-of-input"]
            + arguments
        ),
        platformOptions: options,
        input: .inputWriter,
        output: .sequence,
        error: .currentStandardError
      ) { execution in
        let value = try await body(
          ServerProcess(
            identifier: execution.processIdentifier.value,
            output: execution.standardOutput
          )
        )
        await execution.teardown(using: shutdown)
        return value
      }
    } catch let error as SubprocessError {
      throw ScenarioFailure(step: step, reason: "\(executable): \(error)")
    }
    guard result.terminationStatus.isSuccess else {
      throw ScenarioFailure(step: "stop the server", reason: "\(result.terminationStatus)")
    }
    return result.closureResult
  }

  /// The base URL of the server, which it prints as its first line, and what else is there:
  /// `{"address":"http://…","plc":"http://…",…}`.
  func address() async throws -> (url: String, line: DataValue) {
    guard let line = try await firstLine() else {
      throw ScenarioFailure(
        step: Self.step,
        reason: "no address was printed within \(Self.patience), or before the process ended"
      )
    }
    guard let value = try? DataValue(json: line), let address = value["address"]?.string else {
      throw ScenarioFailure(
        step: Self.step,
        reason: #"the first line of its output has no "address""#
      )
    }
    return (address, value)
  }

  /// Kills the server.
  func kill() {
    _ = Foundation.kill(identifier, SIGKILL)
  }

  private func firstLine() async throws -> String? {
    try await withThrowingTaskGroup(of: String?.self) { group in
      group.addTask { try await output.strings().first { _ in true } }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
