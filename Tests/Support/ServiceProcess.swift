import Foundation
import Synchronization

/// `atproto … serve` as a process that can be killed and started again on the same port.
///
/// Its first line on standard output and its log are the files `first-line` and `log` in a folder,
/// with the name of the service before them if it has one.
package final class ServiceProcess: Sendable {
  private struct State {
    var process: RunningProcess?
    var line: [String: String] = [:]
  }

  package let folder: String
  private let words: [String]
  private let port: @Sendable (Int) -> [String]
  private let files: String
  private let state = Mutex(State())

  /// Waits until it listens.
  ///
  /// - Parameters:
  ///   - arguments: those of `atproto`, without the port.
  ///   - environment: `NAME=value`, in addition to that of the tests.
  ///   - port: makes the option for a port, which is 0 at first.
  package init(
    _ arguments: [String],
    in folder: String,
    name: String? = nil,
    environment: [String] = [],
    port: @escaping @Sendable (Int) -> [String] = { ["--port", "\($0)"] }
  ) async throws {
    words = environment + [try ChildProcess.built("atproto").path] + arguments
    self.folder = folder
    files = folder + "/" + (name.map { $0 + "-" } ?? "")
    self.port = port
    try await start()
  }

  /// The members of the first line that are strings.
  package var line: [String: String] { state.withLock { $0.line } }

  package var address: String { line["address"] ?? "" }

  package var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

  private var logFile: String { files + "log" }

  /// Starts it on the port that it had, if it had one.
  ///
  /// Another process may have taken the port in the meantime, for an outgoing connection. The port
  /// is free again soon.
  package func start() async throws {
    for _ in 0..<50 {
      if try await listens() { return }
      guard log.lowercased().contains("address already in use") else { break }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw ProcessFailure(reason: "the service did not start: \(log)")
  }

  private func listens() async throws -> Bool {
    let output = files + "first-line"
    try? FileManager.default.removeItem(atPath: output)
    let number = address.split(separator: ":").last.flatMap { Int($0) } ?? 0
    let process = try RunningProcess(
      URL(filePath: "/usr/bin/env"),
      words + port(number),
      output: output,
      error: logFile
    )
    state.withLock { $0.process = process }
    for _ in 0..<12_000 where !process.hasEnded {
      try await Task.sleep(for: .milliseconds(5))
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      guard text.contains("\n"), let line = text.split(separator: "\n").first else { continue }
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let members = (object ?? [:]).compactMapValues { $0 as? String }
      state.withLock { $0.line = members }
      return members["address"] != nil
    }
    return false
  }

  /// Ends it with a signal, and waits for that.
  ///
  /// - Returns: its exit status, or the negative number of the signal.
  @discardableResult package func end(_ signal: Int32) -> Int32 {
    guard let process = state.withLock({ $0.process.take() }) else { return 0 }
    kill(process.identifier, signal)
    return process.wait(seconds: 60)
  }
}
