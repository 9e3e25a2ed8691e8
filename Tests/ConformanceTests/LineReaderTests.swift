import ATProtoData
import Foundation
import Testing

@testable import conformance

@Suite("Lines")
struct LineReaderTests {
  /// The lines of a file that contains `text`, marked with `-` if complete, or with `>` if only the
  /// beginning of a line that is too long.
  func lines(_ text: String, atMost maximum: Int = 10) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).lines")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let handle = try FileHandle(forReadingFrom: file)
    var reader = LineReader(descriptor: handle.fileDescriptor, maximumLength: maximum)
    var lines: [String] = []
    while let line = reader.next() {
      switch line {
      case .whole(let bytes): lines.append("-" + String(decoding: bytes, as: UTF8.self))
      case .tooLong(let head): lines.append(">" + String(decoding: head, as: UTF8.self))
      }
    }
    return lines
  }

  @Test("Lines end at line feeds and at the end of the input")
  func ends() throws {
    #expect(try lines("") == [])
    #expect(try lines("a") == ["-a"])
    #expect(try lines("a\n") == ["-a"])
    #expect(try lines("\n\na\n\nb") == ["-", "-", "-a", "-", "-b"])
  }

  @Test("A line that is too long does not affect the next one")
  func tooLong() throws {
    #expect(try lines("1234567890\n12345678901\nb") == ["-1234567890", ">12345678901", "-b"])
    #expect(try lines("12345678901") == [">12345678901"])
    let long = String(repeating: "x", count: 1_000_000)
    let found = try lines("a\n\(long)\nb\n\(long)")
    #expect(found.map(\.first) == ["-", ">", "-", ">"])
    #expect(found[1].utf8.count == LineReader.headLength + 1)
    #expect(found[2] == "-b")
  }

  @Test("Lines can cross the ends of the buffer")
  func long() throws {
    let text = (0..<40).map { String(repeating: "\($0 % 10)", count: 9_973) }
    let found = try lines(text.joined(separator: "\n"), atMost: 1 << 20)
    #expect(found == text.map { "-" + $0 })
  }

  @Test("A line that is too long is answered with its id if that is near the beginning")
  func answer() {
    let head = [UInt8](#"{"id":7,"op":"syntax","value":"aaaa"#.utf8)
    let answer = Answer.answer(to: .tooLong(head: head))
    #expect(answer["id"] == 7 && answer["ok"] == false && answer["error"] != nil)
    #expect(Answer.answer(to: .tooLong(head: [0xFF]))["id"] == .null)
  }
}
