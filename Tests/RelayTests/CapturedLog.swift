import Logging
import Synchronization

/// What a service logs, for tests.
final class CapturedLog: Sendable {
  private struct Line {
    var message: String
    var metadata: [String: String]
  }

  private let lines = Mutex<[Line]>([])

  var logger: Logger {
    Logger(label: "test") { _ in Handler(log: self) }
  }

  func contains(_ message: String) -> Bool { count(message) > 0 }

  /// The number of lines with that text.
  func count(_ message: String) -> Int {
    lines.withLock { lines in lines.count { $0.message.contains(message) } }
  }

  /// The metadata of the first line with that text.
  func value(of key: String, in message: String) -> String? {
    lines.withLock { lines in
      lines.first { $0.message.contains(message) }?.metadata[key]
    }
  }

  private struct Handler: LogHandler {
    let log: CapturedLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let metadata = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
      log.lines.withLock { $0.append(Line(message: "\(event.message)", metadata: metadata)) }
    }
  }
}
