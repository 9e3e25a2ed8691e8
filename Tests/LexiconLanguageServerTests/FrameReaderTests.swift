import LexiconLanguageServer
import Testing

struct FrameReaderTests {
  private func frames(_ input: String, pieces size: Int = .max) -> [FrameReader.Frame] {
    var reader = FrameReader()
    var rest = Array(input.utf8)[...]
    var frames: [FrameReader.Frame] = []
    while !rest.isEmpty {
      reader.append(rest.prefix(size))
      rest = rest.dropFirst(size)
      while let frame = reader.next() { frames.append(frame) }
    }
    return frames
  }

  @Test(
    arguments: [
      ("Content-Length: 2\r\n\r\n{}", ["{}"]),
      ("content-length:2\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n{}", ["{}"]),
      ("Content-Length: 2\n\n{}Content-Length: 4\n\n[{}]", ["{}", "[{}]"]),
      ("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\n1", ["", "1"]),
    ]
  )
  func messagesAreSplitByTheirHeaders(_ input: String, _ expected: [String]) {
    for size in [1, 2, 3, 7, .max] {
      #expect(frames(input, pieces: size) == expected.map { .content(Array($0.utf8)) })
    }
  }

  @Test(
    arguments: [
      "Content-Type: json\r\n\r\n", "\r\n\r\n", "Content-Length: two\r\n\r\n",
      "Content-Length: -1\r\n\r\n", "X: y\r\n\r\n{}",
    ]
  )
  func messagesFollowMalformedHeaders(_ header: String) throws {
    for size in [1, 5, .max] {
      let found = frames("\(header)Content-Length: 2\r\n\r\n{}", pieces: size)
      #expect(found.last == .content(Array("{}".utf8)))
      guard case .malformed? = found.first else {
        Issue.record("\(header): \(found)")
        continue
      }
    }
  }

  @Test func oversizedContentIsSkipped() {
    var reader = FrameReader()
    let count = FrameReader.contentLimit + 1
    reader.append("Content-Length: \(count)\r\n\r\n".utf8)
    guard case .malformed? = reader.next() else {
      Issue.record("not malformed")
      return
    }
    var rest = count
    while rest > 0 {
      let size = min(rest, 1 << 20)
      reader.append(repeatElement(UInt8(ascii: "{"), count: size))
      #expect(reader.next() == nil)
      rest -= size
    }
    reader.append("Content-Length: 1\r\n\r\n1".utf8)
    #expect(reader.next() == .content([UInt8(ascii: "1")]))
  }

  @Test func endlessHeadersAreRefused() {
    var reader = FrameReader()
    reader.append(repeatElement(UInt8(ascii: "a"), count: 100_000))
    guard case .malformed? = reader.next() else {
      Issue.record("not malformed")
      return
    }
    reader.append("\r\nContent-Length: 1\r\n\r\n1".utf8)
    #expect(reader.next() == .content([UInt8(ascii: "1")]))
  }

  @Test func framesAreReadBack() {
    var reader = FrameReader()
    reader.append(FrameWriter.frame(Array("{\"ü\": 1}".utf8)))
    #expect(reader.next() == .content(Array("{\"ü\": 1}".utf8)))
    #expect(reader.next() == nil)
  }
}
