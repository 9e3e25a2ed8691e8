import Lexicon

/// Recognizes the parts of YAML in block style by their indentation, despite errors.
struct BrokenYAMLReader {
  private struct Line {
    /// The offset of the first byte that is not a space.
    var start: Int
    /// The offset of the line's end, before its terminator.
    var end: Int
    var indentation: Int
  }

  private let bytes: [UInt8]
  private var lines: [Line] = []
  private var next = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start <= bytes.count {
      let terminator = bytes[start...].firstIndex { $0 == 0x0A } ?? bytes.count
      var end = terminator
      while end > start, bytes[end - 1] == 0x0D || bytes[end - 1] == 0x20 { end -= 1 }
      var first = start
      while first < end, bytes[first] == 0x20 { first += 1 }
      let isContent =
        first < end && bytes[first] != UInt8(ascii: "#")
        && !bytes[first..<end].elementsEqual("---".utf8)
      if isContent { lines.append(Line(start: first, end: end, indentation: first - start)) }
      start = terminator + 1
    }
  }

  mutating func document() -> SyntaxNode? {
    guard let first = lines.first else { return nil }
    return block(indentation: first.indentation)
  }

  /// Reads the lines of one indentation, with everything that is indented more.
  private mutating func block(indentation: Int) -> SyntaxNode? {
    guard next < lines.count, depth < 128 else { return nil }
    depth += 1
    defer { depth -= 1 }
    let start = lines[next].start
    if isItem(lines[next]) { return sequence(indentation: indentation, start) }
    if bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") { return flow(start) }
    return mapping(indentation: indentation, start)
  }

  private func isItem(_ line: Line) -> Bool {
    bytes[line.start] == UInt8(ascii: "-")
      && (line.start + 1 == line.end || bytes[line.start + 1] == 0x20)
  }

  private mutating func sequence(indentation: Int, _ start: Int) -> SyntaxNode {
    var elements: [SyntaxNode] = []
    var end = start
    while next < lines.count, lines[next].indentation == indentation, isItem(lines[next]) {
      var first = lines[next].start + 1
      while first < lines[next].end, bytes[first] == 0x20 { first += 1 }
      end = lines[next].end
      if first == lines[next].end {
        next += 1
        if next < lines.count, lines[next].indentation > indentation,
          let node = block(indentation: lines[next].indentation)
        {
          elements.append(node)
          end = node.range.upperBound
        }
        continue
      }
      // The rest of the line is the first line of the element.
      lines[next].indentation += first - lines[next].start
      lines[next].start = first
      if let node = element() {
        elements.append(node)
        end = node.range.upperBound
      }
    }
    return SyntaxNode(.array(elements), start..<max(start, end))
  }

  private mutating func element() -> SyntaxNode? {
    let line = lines[next]
    if isItem(line) || colon(of: line) != nil { return block(indentation: line.indentation) }
    return scalar(from: line.start)
  }

  private mutating func mapping(indentation: Int, _ start: Int) -> SyntaxNode {
    var members: [SyntaxNode.Member] = []
    var end = start
    while next < lines.count, lines[next].indentation >= indentation {
      let line = lines[next]
      if line.indentation > indentation || isItem(line) {
        // Too deep, or an element without a list.
        guard line.indentation > indentation else { break }
        next += 1
        continue
      }
      let member = self.member(line)
      // A comment may be a value that is being typed, such as `#name`.
      end = max(end, line.end, member.value?.range.upperBound ?? 0)
      members.append(member)
    }
    return SyntaxNode(.object(members), start..<max(start, end))
  }

  private mutating func member(_ line: Line) -> SyntaxNode.Member {
    guard let colon = colon(of: line) else {
      next += 1
      return SyntaxNode.Member(key: token(line.start..<line.end))
    }
    var keyEnd = colon
    while keyEnd > line.start, bytes[keyEnd - 1] == 0x20 { keyEnd -= 1 }
    var member = SyntaxNode.Member(key: token(line.start..<keyEnd), colon: colon)
    var first = colon + 1
    while first < line.end, bytes[first] == 0x20 { first += 1 }
    let isComment =
      first < line.end && bytes[first] == UInt8(ascii: "#") && bytes[first - 1] == 0x20
    if first == line.end || isComment {
      next += 1
      guard next < lines.count else { return member }
      let below = lines[next]
      let isList = below.indentation == line.indentation && isItem(below)
      if below.indentation > line.indentation || isList {
        member.value = block(indentation: below.indentation)
      }
      return member
    }
    if bytes[first] == UInt8(ascii: "|") || bytes[first] == UInt8(ascii: ">") {
      next += 1
      var end = line.end
      while next < lines.count, lines[next].indentation > line.indentation {
        end = lines[next].end
        next += 1
      }
      member.value = SyntaxNode(.scalar(token(first..<end)), first..<end)
      return member
    }
    member.value = scalar(from: first)
    // A plain scalar may continue on lines that are indented more.
    while next < lines.count, lines[next].indentation > line.indentation { next += 1 }
    return member
  }

  /// Reads the rest of a line: flow style or a scalar.
  private mutating func scalar(from start: Int) -> SyntaxNode? {
    let line = lines[next]
    if bytes[start] == UInt8(ascii: "{") || bytes[start] == UInt8(ascii: "[") { return flow(start) }
    next += 1
    var end = line.end
    if let comment = (start..<end).dropFirst().first(where: {
      bytes[$0] == UInt8(ascii: "#") && bytes[$0 - 1] == 0x20
    }), bytes[start] != 0x22, bytes[start] != 0x27 {
      end = comment
      while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    }
    let token = token(start..<end)
    return SyntaxNode(.scalar(token), token.range)
  }

  private mutating func flow(_ start: Int) -> SyntaxNode? {
    var reader = BrokenJSONReader(bytes, from: start, isYAML: true)
    let node = reader.value()
    while next < lines.count, lines[next].start < reader.index { next += 1 }
    return node
  }

  private func colon(of line: Line) -> Int? {
    var offset = line.start
    if bytes[offset] == 0x22 || bytes[offset] == 0x27 {
      let quote = bytes[offset]
      offset += 1
      while offset < line.end, bytes[offset] != quote { offset += 1 }
    }
    while offset < line.end {
      if bytes[offset] == UInt8(ascii: ":"), offset + 1 == line.end || bytes[offset + 1] == 0x20 {
        return offset
      }
      if bytes[offset] == UInt8(ascii: "{") || bytes[offset] == UInt8(ascii: "[") { return nil }
      offset += 1
    }
    return nil
  }

  private func token(_ range: Range<Int>) -> SyntaxNode.Token {
    guard let first = range.isEmpty ? nil : bytes[range.lowerBound], first == 0x22 || first == 0x27
    else {
      return SyntaxNode.Token(
        text: String(decoding: bytes[range], as: UTF8.self),
        range: range,
        quote: nil
      )
    }
    let inner = range.lowerBound + 1..<range.upperBound
    let closing = bytes[inner].firstIndex(of: first)
    let end = closing.map { $0 + 1 } ?? range.upperBound
    return SyntaxNode.Token(
      text: String(decoding: bytes[inner.lowerBound..<(closing ?? end)], as: UTF8.self),
      range: range.lowerBound..<end,
      quote: first,
      isTerminated: closing != nil
    )
  }
}
