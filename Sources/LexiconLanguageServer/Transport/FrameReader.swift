// Language Server Protocol 3.17, "Base Protocol":
//
//   message = 1*( field-name ":" value CRLF ) CRLF content
//   field   = "Content-Length" / "Content-Type"

/// Splits the input of a language server into the contents of its messages.
package struct FrameReader: Sendable {
  /// A part of the input.
  package enum Frame: Hashable, Sendable {
    /// The content of a message.
    case content([UInt8])
    /// A header that does not say how long its content is, or a content that is too long. The input
    /// after it is read as if a new message began there.
    case malformed(reason: String)
  }

  /// The longest content, in bytes. A document of this size could not be opened either.
  package static let contentLimit = 64 * 1024 * 1024
  private static let headerLimit = 16 * 1024

  private var input: [UInt8] = []
  /// The offset of the first byte in `input` that is not consumed yet.
  private var start = 0
  /// The offset up to which `input` is known to have no end of a header.
  private var searched = 0
  /// The length of the content that follows, if its header is complete.
  private var length: Int?
  /// The number of bytes of an oversized content that are still to be skipped.
  private var skipped = 0

  /// Creates a reader at the start of a message.
  package init() {}

  /// Adds bytes to the input.
  package mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0 {
      input.removeFirst(start)
      searched -= start
      start = 0
    }
    input += bytes
  }

  /// Returns the next message, or nil if it is not complete yet.
  package mutating func next() -> Frame? {
    if skipped > 0 {
      let count = min(skipped, input.count - start)
      consume(count)
      skipped -= count
      guard skipped == 0 else { return nil }
    }
    if length == nil {
      guard let header = nextHeader() else { return nil }
      switch header {
      case .length(let count) where count > Self.contentLimit:
        skipped = count
        return .malformed(reason: "the content has more than \(Self.contentLimit) bytes")
      case .length(let count): length = count
      case .malformed(let reason): return .malformed(reason: reason)
      }
    }
    guard let count = length, input.count - start >= count else { return nil }
    let content = Array(input[start..<start + count])
    consume(count)
    length = nil
    return .content(content)
  }

  private enum Header {
    case length(Int)
    case malformed(String)
  }

  private mutating func consume(_ count: Int) {
    start += count
    searched = max(searched, start)
  }

  private mutating func nextHeader() -> Header? {
    guard let (end, next) = endOfHeader() else {
      // Without this, a client that never ends its header would fill the memory.
      guard input.count - start > Self.headerLimit else { return nil }
      consume(input.count - start)
      return .malformed("the header has more than \(Self.headerLimit) bytes")
    }
    let lines = input[start..<end].split(whereSeparator: { $0 == 0x0A || $0 == 0x0D })
    consume(next - start)
    var length: Int?
    for line in lines {
      // The field may follow the content of a message whose header was malformed.
      let text = String(decoding: line, as: UTF8.self).lowercased()
      guard let name = text.ranges(of: "content-length:").last else { continue }
      let value = text[name.upperBound...].filter { $0 != " " && $0 != "\t" }
      guard let number = Int(value), number >= 0 else {
        return .malformed("Content-Length is not a number")
      }
      length = number
    }
    return length.map { .length($0) } ?? .malformed("the header has no Content-Length")
  }

  /// The end of the header's last line and the start of the content. Lines may end with LF alone.
  private mutating func endOfHeader() -> (end: Int, next: Int)? {
    var index = max(searched - 3, start)
    while let line = input[index...].firstIndex(of: 0x0A) {
      var next = line + 1
      if next < input.count, input[next] == 0x0D { next += 1 }
      if next < input.count, input[next] == 0x0A { return (line, next + 1) }
      index = line + 1
    }
    searched = input.count
    return nil
  }
}

/// Adds the header of a message to its content.
package enum FrameWriter {
  /// Returns the content with its header.
  package static func frame(_ content: [UInt8]) -> [UInt8] {
    Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content
  }
}
