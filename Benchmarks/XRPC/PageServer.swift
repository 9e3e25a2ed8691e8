import Foundation

/// A server as a child process, and connections to it.
final class PageServer {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var connections: [KeptConnection] = []

  init(_ kind: ServePageCommand.Kind, connections count: Int) throws {
    process.executableURL = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    process.arguments = ["serve-page", kind.rawValue]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = output.fileHandleForReading.availableData
    let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let port = UInt16(text) else { throw CocoaError(.fileReadUnknown) }
    connections = try (0..<count).map { _ in try KeptConnection(port: port) }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Seconds of CPU that the server has used so far.
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

  /// Asks on all connections, then reads all answers, `rounds` times. Answers the bytes of bodies.
  func load(_ path: String, rounds: Int) throws -> Int {
    var bytes = 0
    for _ in 0..<rounds {
      for connection in connections { try connection.send(path) }
      for connection in connections { bytes += try connection.receive().count }
    }
    return bytes
  }
}
