import Foundation

/// A server in a child process, and connections to it.
final class PageServer {
  private let process: ServingProcess
  private var connections: [KeptConnection] = []

  init(_ kind: ServePageCommand.Kind, connections count: Int) throws {
    let process = try ServingProcess(["serve-page", kind.rawValue])
    self.process = process
    connections = try (0..<count).map { _ in try KeptConnection(port: process.port) }
  }

  /// CPU-seconds that the server has used so far.
  func usedTime() throws -> Double {
    let body = try connections[0].get("/cpu")
    guard let seconds = Double(String(decoding: body, as: UTF8.self)) else {
      throw CocoaError(.fileReadUnknown)
    }
    return seconds
  }

  func body(_ path: String) throws -> [UInt8] {
    try connections[0].get(path)
  }

  /// Sends a request on all connections, then reads all responses, `rounds` times. Returns the
  /// total size of the bodies in bytes.
  func load(_ path: String, rounds: Int) throws -> Int {
    var bytes = 0
    for _ in 0..<rounds {
      for connection in connections { try connection.send(path) }
      for connection in connections { bytes += try connection.receive().count }
    }
    return bytes
  }
}
