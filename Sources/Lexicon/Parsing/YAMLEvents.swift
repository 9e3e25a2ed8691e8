import CYAML

/// The events of libyaml, with UTF-8 offsets.
final class YAMLEvents {
  struct Event {
    var kind: yaml_event_type_t
    var range: Range<Int>
    /// The text of a scalar.
    var text = ""
    var isPlain = false
    var hasAnchor = false
    var hasTag = false
  }

  private let source: SourceText
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  // libyaml reads from this buffer as long as the parser exists.
  private let input: UnsafeMutableBufferPointer<UInt8>
  private var isInitialized = false
  // libyaml counts characters. This is the last requested count, with its offset.
  private var mark = (count: 0, offset: 0)

  init(_ source: SourceText) {
    self.source = source
    let text = source.bytes[source.start...]
    input = .allocate(capacity: text.count)
    _ = input.initialize(fromContentsOf: text)
    mark.offset = source.start
    isInitialized = yaml_parser_initialize(parser) != 0
    guard isInitialized else { return }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, UnsafePointer(input.baseAddress), input.count)
  }

  deinit {
    if isInitialized { yaml_parser_delete(parser) }
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(ParseError) -> Event {
    var event = yaml_event_t()
    guard isInitialized, yaml_parser_parse(parser, &event) != 0 else { throw fault() }
    defer { yaml_event_delete(&event) }
    let start = offset(of: event.start_mark)
    var result = Event(
      kind: event.type,
      range: start..<max(start, offset(of: event.end_mark))
    )
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      result.text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
        as: UTF8.self
      )
      result.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      result.hasAnchor = scalar.anchor != nil
      result.hasTag = scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      result.hasAnchor = event.data.sequence_start.anchor != nil
      result.hasTag = event.data.sequence_start.tag != nil
    case YAML_MAPPING_START_EVENT:
      result.hasAnchor = event.data.mapping_start.anchor != nil
      result.hasTag = event.data.mapping_start.tag != nil
    default:
      break
    }
    return result
  }

  private func fault() -> ParseError {
    guard isInitialized, parser.pointee.error != YAML_MEMORY_ERROR else {
      return ParseError(.yamlSyntax, at: source.start, "cannot parse YAML: out of memory")
    }
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not well-formed YAML"
    guard parser.pointee.error != YAML_READER_ERROR else {
      // For reader errors, libyaml gives the offset in bytes.
      let offset = source.start + parser.pointee.problem_offset
      return ParseError(.yamlSyntax, at: offset, problem)
    }
    let end = offset(of: parser.pointee.problem_mark)
    var fault = ParseError(.yamlSyntax, at: end, problem)
    if let context = parser.pointee.context {
      let start = offset(of: parser.pointee.context_mark)
      fault.note = start == end ? nil : (start, String(cString: context))
    }
    return fault
  }

  /// Converts a mark to an offset. Marks nearly always move forward from event to event, so the
  /// cost is linear.
  private func offset(of place: yaml_mark_t) -> Int {
    let bytes = source.bytes
    let target = Int(clamping: place.index)
    while mark.count < target, mark.offset < bytes.count {
      mark.offset += 1
      while mark.offset < bytes.count, bytes[mark.offset] & 0xC0 == 0x80 { mark.offset += 1 }
      mark.count += 1
    }
    while mark.count > target, mark.offset > source.start {
      mark.offset -= 1
      while bytes[mark.offset] & 0xC0 == 0x80 { mark.offset -= 1 }
      mark.count -= 1
    }
    return mark.offset
  }
}
