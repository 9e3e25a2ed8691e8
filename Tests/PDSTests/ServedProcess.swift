import ATProtoData
import Foundation
import TestSupport
import XRPCAsyncHTTPClient
import XRPCClient

/// `atproto pds serve` as a process, on any free port.
final class ServedProcess: Sendable {
  let client: XRPCClient
  private let process: RunningProcess
  private let logFile: String

  /// Waits until it listens.
  ///
  /// - Parameters:
  ///   - folder: the directory of its data and its log.
  ///   - environment: `NAME=value`, in addition to that of the tests.
  init(folder: String, _ arguments: [String], environment: [String] = []) async throws {
    let output = folder + "/first-line"
    logFile = folder + "/log"
    try? FileManager.default.removeItem(atPath: output)
    process = try RunningProcess(
      URL(filePath: "/usr/bin/env"),
      environment + [try ChildProcess.built("atproto").path, "pds", "serve"]
        + ["--port", "0", "--data", folder + "/data"] + arguments,
      output: output,
      error: logFile
    )
    var address: String?
    for _ in 0..<12_000 where address == nil {
      try await Task.sleep(for: .milliseconds(5))
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      guard text.contains("\n"), let line = text.split(separator: "\n").first else { continue }
      address = try DataValue(json: Array(line.utf8))["address"]?.string
    }
    guard let address, let service = ServiceEndpoint(address) else {
      let log = try? String(contentsOfFile: logFile, encoding: .utf8)
      throw ProcessFailure(reason: "the server did not start: \(log ?? "")")
    }
    client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
  }

  var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

  /// Ends it with a signal.
  ///
  /// - Returns: its exit status, or the negative number of the signal.
  @discardableResult func end(_ signal: Int32) -> Int32 {
    kill(process.identifier, signal)
    return process.wait(seconds: 60)
  }
}
