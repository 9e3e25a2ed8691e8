import ATProtoData
import Foundation
import Synchronization

/// `atproto pds serve` as a child process. It ends with us: it watches its standard input.
final class ServerProcess: Sendable {
  private static let step = "start the server"
  private static let patience = Duration.seconds(20)

  private let process: Process
  private let input = Pipe()
  private let firstLine: AsyncStream<String>
  private let exit: AsyncStream<Int32>

  init(executable: String, data: String) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = [
      "pds", "serve", "--dev", "--port", "0", "--data", data, "--log-level", "warning",
      "--stop-at-end-of-input",
    ]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output

    let (lines, line) = AsyncStream<String>.makeStream()
    firstLine = lines
    let buffer = Mutex([UInt8]())
    output.fileHandleForReading.readabilityHandler = { handle in
      let chunk = handle.availableData
      if chunk.isEmpty {
        handle.readabilityHandler = nil
        line.finish()
        return
      }
      let text = buffer.withLock { bytes -> String? in
        bytes.append(contentsOf: chunk)
        return bytes.firstIndex(of: UInt8(ascii: "\n")).map {
          String(decoding: bytes[..<$0], as: UTF8.self)
        }
      }
      if let text {
        line.yield(text)
        line.finish()
      }
    }
    let (ends, end) = AsyncStream<Int32>.makeStream()
    exit = ends
    process.terminationHandler = { process in
      line.finish()
      end.yield(process.terminationReason == .exit ? process.terminationStatus : -1)
      end.finish()
    }
    do {
      try process.run()
    } catch {
      throw ScenarioFailure(
        step: Self.step,
        reason: "\(executable): \(error.localizedDescription)"
      )
    }
    // The child has its own ends of the pipes.
    try? output.fileHandleForWriting.close()
    try? input.fileHandleForReading.close()
  }

  /// The addresses of the server and of its directory, which it prints as its first line:
  /// `{"address":"http://…","plc":"http://…",…}`.
  func addresses() async throws -> (server: String, directory: String) {
    guard let line = try await first(of: firstLine) else {
      throw ScenarioFailure(
        step: Self.step,
        reason: "it ended, or \(Self.patience) passed, before it gave an address"
      )
    }
    guard let value = try? DataValue(json: line), let address = value["address"]?.string,
      let directory = value["plc"]?.string
    else { throw ScenarioFailure(step: Self.step, reason: "its first line has no addresses") }
    return (address, directory)
  }

  /// Asks the server to stop, and waits until it has.
  func stop() async throws {
    process.terminate()
    let status = try await first(of: exit)
    guard status == 0 else {
      let reason = status.map { "exit status \($0)" } ?? "it did not within \(Self.patience)"
      throw ScenarioFailure(step: "stop the server", reason: reason)
    }
  }

  /// Makes sure that it runs no longer.
  func kill() {
    guard process.isRunning else { return }
    _ = Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private func first<Element: Sendable>(of stream: AsyncStream<Element>) async throws -> Element? {
    try await withThrowingTaskGroup(of: Element?.self) { group in
      group.addTask { await stream.first { _ in true } }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
