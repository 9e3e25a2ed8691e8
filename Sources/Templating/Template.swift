// template = *( text / value / section )
// value    = "{{" name "}}"                    escaped for HTML
//          / "{{{" name "}}}"                  as it is
// section  = "{{#" name "}}" template "{{/" name "}}"    true, not empty, or another value
//          / "{{^" name "}}" template "{{/" name "}}"    false or empty
// name     = 1*( ALPHA / DIGIT / "_" )
//          / "."                               the innermost value
//          / "first()"                         whether it is the first of its list
//
// A tag of a section on a line of its own leaves no line behind.

/// A Mustache template as a flat program, in the subset of the language that the templates of this
/// package use.
struct Template: Sendable {
  enum Name: Hashable, Sendable {
    case named(String)
    case current
    case isFirst
  }

  enum Instruction: Sendable {
    /// A range of the source.
    case text(Range<Int>)
    case value(Name, isEscaped: Bool)
    /// The instructions up to `end`, excluding it, belong to the section.
    case section(Name, isInverted: Bool, end: Int)
  }

  let source: [UInt8]
  private(set) var program: [Instruction] = []

  /// - Throws: ``TemplateError`` if the source is not a template.
  init(_ source: [UInt8]) throws(TemplateError) {
    self.source = source
    var parser = TemplateParser(source)
    program = try parser.parse()
  }
}

/// The reason why a text is not a template.
package struct TemplateError: Error, Hashable, CustomStringConvertible {
  /// The line of the tag, starting at 1.
  package var line: Int
  package var reason: String

  package var description: String { "line \(line): \(reason)" }
}

private struct TemplateParser {
  private struct Tag {
    /// The range of the tag with its braces.
    var range: Range<Int>
    /// `#`, `^`, `/`, or nil for a value.
    var kind: UInt8?
    var name: Template.Name
    var isEscaped = true
  }

  private let source: [UInt8]
  private var program: [Template.Instruction] = []
  private var open: [(name: Template.Name, position: Int)] = []

  init(_ source: [UInt8]) {
    self.source = source
  }

  mutating func parse() throws(TemplateError) -> [Template.Instruction] {
    // The end of the text that is part of the program.
    var done = 0
    while let tag = try nextTag(from: done) {
      var range = tag.range
      if tag.kind != nil, let line = wholeLine(around: range), line.lowerBound >= done {
        range = line
      }
      if range.lowerBound > done { program.append(.text(done..<range.lowerBound)) }
      done = range.upperBound
      try add(tag)
    }
    if let last = open.last {
      throw error(at: source.count, "the section '\(text(last.name))' does not end")
    }
    if done < source.count { program.append(.text(done..<source.count)) }
    return program
  }

  private mutating func add(_ tag: Tag) throws(TemplateError) {
    switch tag.kind {
    case nil: program.append(.value(tag.name, isEscaped: tag.isEscaped))
    case UInt8(ascii: "/"):
      guard let section = open.popLast(), section.name == tag.name,
        case .section(let name, let isInverted, _) = program[section.position]
      else {
        throw error(at: tag.range.lowerBound, "no section '\(text(tag.name))' ends here")
      }
      program[section.position] = .section(name, isInverted: isInverted, end: program.count)
    default:
      open.append((tag.name, program.count))
      let isInverted = tag.kind == UInt8(ascii: "^")
      program.append(.section(tag.name, isInverted: isInverted, end: 0))
    }
  }

  private func nextTag(from start: Int) throws(TemplateError) -> Tag? {
    var position = start
    while position + 1 < source.count {
      if source[position] == UInt8(ascii: "{"), source[position + 1] == UInt8(ascii: "{") {
        return try tag(at: position)
      }
      position += 1
    }
    return nil
  }

  private func tag(at start: Int) throws(TemplateError) -> Tag {
    var position = start + 2
    let sign = position < source.count ? source[position] : 0
    let isRaw = sign == UInt8(ascii: "{")
    let isSection = [UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "/")].contains(sign)
    if isRaw || isSection { position += 1 }
    let nameStart = position
    while position < source.count, source[position] != UInt8(ascii: "}") { position += 1 }
    let name = String(decoding: source[nameStart..<position], as: UTF8.self)
    let braces = isRaw ? 3 : 2
    let end = position + braces
    guard end <= source.count,
      source[position..<end].allSatisfy({ $0 == UInt8(ascii: "}") })
    else { throw error(at: start, "the tag does not end") }
    return Tag(
      range: start..<end,
      kind: isSection ? sign : nil,
      name: try self.name(name, at: start),
      isEscaped: !isRaw
    )
  }

  private func name(_ text: String, at offset: Int) throws(TemplateError) -> Template.Name {
    switch text {
    case ".": return .current
    case "first()": return .isFirst
    default:
      let isName = text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
        default: false
        }
      }
      guard isName, !text.isEmpty else {
        throw error(at: offset, "'\(text)' is not a valid name")
      }
      return .named(text)
    }
  }

  /// The line with its end, if it contains nothing but a tag and white space.
  private func wholeLine(around tag: Range<Int>) -> Range<Int>? {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var start = tag.lowerBound
    while start > 0, isBlank(source[start - 1]) { start -= 1 }
    guard start == 0 || source[start - 1] == UInt8(ascii: "\n") else { return nil }
    var end = tag.upperBound
    while end < source.count, isBlank(source[end]) { end += 1 }
    if end < source.count, source[end] == UInt8(ascii: "\r") { end += 1 }
    guard end < source.count else { return start..<end }
    return source[end] == UInt8(ascii: "\n") ? start..<(end + 1) : nil
  }

  private func text(_ name: Template.Name) -> String {
    switch name {
    case .named(let text): text
    case .current: "."
    case .isFirst: "first()"
    }
  }

  private func error(at offset: Int, _ reason: String) -> TemplateError {
    let line = source[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
    return TemplateError(line: line, reason: reason)
  }
}
