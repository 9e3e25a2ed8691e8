import ATProtoData
import Foundation
import TestSupport
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// `atproto … serve` as a process that can be killed and started again on the same port.
final class ServiceProcess {
  private let folder: String
  private let name: String
  private let arguments: [String]
  private let environment: [String]
  /// Makes the option for the port.
  private let port: (Int) -> [String]
  private var process: RunningProcess?
  private(set) var client: XRPCClient
  private(set) var url: String

  /// Waits until it listens.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value`, in addition to that of the tests.
  ///   - port: makes the option for a port, which is 0 at first.
  init(
    _ name: String,
    in folder: String,
    _ arguments: [String],
    environment: [String] = [],
    port: @escaping (Int) -> [String]
  ) async throws {
    self.name = name
    self.folder = folder
    self.arguments = arguments
    self.environment = environment
    self.port = port
    url = ""
    client = XRPCClient(
      service: ServiceEndpoint("http://127.0.0.1")!,
      transport: AsyncHTTPClientTransport.shared
    )
    try await start()
  }

  /// Starts it on the port that it had, if it had one.
  ///
  /// Another process may have taken the port in the meantime, for an outgoing connection. The port
  /// is free again soon.
  func start() async throws {
    for _ in 0..<50 {
      if try await listens() { return }
      guard log.lowercased().contains("address already in use") else { break }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw ProcessFailure(reason: "\(name) did not start: \(log)")
  }

  private func listens() async throws -> Bool {
    let output = "\(folder)/\(name)-output"
    try? FileManager.default.removeItem(atPath: output)
    let number = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
    let process = try RunningProcess(
      URL(filePath: "/usr/bin/env"),
      environment + [try ChildProcess.built("atproto").path] + arguments + port(number),
      output: output,
      error: "\(folder)/\(name)-log"
    )
    self.process = process
    for _ in 0..<12_000 where !process.hasEnded {
      try await Task.sleep(for: .milliseconds(5))
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      guard text.contains("\n"), let line = text.split(separator: "\n").first else { continue }
      guard let address = try DataValue(json: Array(line.utf8))["address"]?.string,
        let service = ServiceEndpoint(address)
      else { return false }
      url = address
      client = XRPCClient(service: service, transport: AsyncHTTPClientTransport.shared)
      return true
    }
    return false
  }

  /// Ends it with a signal, and waits for that.
  func end(_ signal: Int32) {
    guard let process else { return }
    kill(process.identifier, signal)
    _ = process.wait(seconds: 60)
    self.process = nil
  }

  var log: String {
    (try? String(contentsOfFile: "\(folder)/\(name)-log", encoding: .utf8)) ?? ""
  }
}
