import Logging
import ServiceKit
import Synchronization
import Testing

@Suite struct EscapingLogHandlerTests {
  @Test("texts of strangers cannot begin a line or control the terminal")
  func linesCannotBeForged() throws {
    let lines = Lines()
    var logger = Logger(label: "test") { _ in EscapingLogHandler(Recorder(lines: lines)) }
    logger[metadataKey: "kept"] = "a\nb"
    logger.info(
      "m\u{1b}[31m",
      metadata: [
        "error": "x\n\u{301}2026 error", "list": ["\u{2028}", "ü ✓"], "map": ["k\r": "\u{202e}"],
      ]
    )
    let line = try #require(lines.all.first)
    #expect(
      line
        == #"m\u{1b}[31m [error: x\u{a}"# + "\u{301}"
        + #"2026 error] [kept: a\u{a}b] [list: ["\u{2028}", "ü ✓"]] [map: ["k\u{d}": "\u{202e}"]]"#
    )
  }

  @Test("the level and the metadata are those of the handler behind it")
  func handlerIsTransparent() {
    let lines = Lines()
    var logger = Logger(label: "test") { _ in EscapingLogHandler(Recorder(lines: lines)) }
    logger.logLevel = .error
    logger.warning("not logged")
    logger[metadataKey: "id"] = "7"
    #expect(logger[metadataKey: "id"] == "7" && lines.all.isEmpty)
  }

  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) {
      lines.withLock { $0.append(line) }
    }
  }

  private struct Recorder: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let all = metadata.merging(event.metadata ?? [:]) { $1 }
      let fields = all.sorted { $0.key < $1.key }.map { " [\($0.key): \(Self.text($0.value))]" }
      lines.append(event.message.description + fields.joined())
    }

    private static func text(_ value: Logger.Metadata.Value) -> String {
      switch value {
      case .string(let text): text
      case .stringConvertible(let value): value.description
      case .array(let values):
        "[" + values.map { "\"\(text($0))\"" }.joined(separator: ", ") + "]"
      case .dictionary(let values):
        "[" + values.map { "\"\($0.key)\": \"\(text($0.value))\"" }.joined(separator: ", ") + "]"
      }
    }
  }
}
