import Foundation

/// This program as a server in a child process that exits with this object: it prints its port, and
/// then reads standard input to the end.
final class ServingProcess {
  let port: UInt16
  private let process = Process()
  private let input = Pipe()

  init(_ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = output.fileHandleForReading.availableData
    let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let port = UInt16(text) else { throw CocoaError(.fileReadUnknown) }
    self.port = port
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// For the server's side: reports the port to the parent.
  static func tell(_ port: Int) {
    // Not `print` and `fflush`: flushing all files would wait for the one that is being read.
    FileHandle.standardOutput.write(Data("\(port)\n".utf8))
  }

  /// For the server's side: exits when the parent does.
  static func endWithParent() {
    Thread.detachNewThread {
      while readLine() != nil {}
      Foundation.exit(0)
    }
  }

  /// The peak memory of the process in megabytes; 0 on systems that do not report it as Linux does.
  var peakMemory: Double { memory("VmHWM:") }

  /// Lets ``peakMemory`` begin with the memory in use now; does nothing on systems other than Linux.
  func resetPeakMemory() {
    let path = "/proc/\(process.processIdentifier)/clear_refs"
    try? Data("5".utf8).write(to: URL(filePath: path))
  }

  private func memory(_ name: String) -> Double {
    let path = "/proc/\(process.processIdentifier)/status"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    return (kilobytes.flatMap { Double($0) } ?? 0) * 1024 / 1e6
  }

  /// The resident memory of the process in megabytes; 0 on systems that do not report it as Linux
  /// does.
  var residentMemory: Double { memory("VmRSS:") }

  /// CPU-seconds used by the process; 0 on systems that do not report it as Linux does.
  var usedTime: Double {
    let path = "/proc/\(process.processIdentifier)/stat"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    // The name in parentheses can contain anything.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
