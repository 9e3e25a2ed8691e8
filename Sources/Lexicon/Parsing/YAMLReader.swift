import CYAML

/// Parses the subset of YAML 1.2 that corresponds to JSON: mappings with scalar keys, sequences,
/// and scalars of the core schema. Anchors, aliases, tags, and a second document are errors.
struct YAMLReader {
  let source: SourceText
  var errors: [ParseError] = []

  init(_ source: SourceText) {
    self.source = source
  }

  mutating func readDocument() throws(ParseError) -> LocatedValue {
    let parser = YAMLEvents(source)
    var event = try parser.next()
    while event.kind == YAML_STREAM_START_EVENT { event = try parser.next() }
    guard event.kind == YAML_DOCUMENT_START_EVENT else {
      // A file of comments and white space has no document, which YAML reads as null.
      return LocatedValue(.null, range: event.range)
    }
    let value = try readValue(try parser.next(), from: parser, depth: 0)
    event = try parser.next()
    while event.kind == YAML_DOCUMENT_END_EVENT { event = try parser.next() }
    guard event.kind == YAML_STREAM_END_EVENT else {
      throw ParseError(
        .yamlDocuments,
        at: event.range.lowerBound,
        "expected a single YAML document, found a second one"
      )
    }
    return value
  }

  private mutating func readValue(
    _ event: YAMLEvents.Event,
    from parser: YAMLEvents,
    depth: Int
  ) throws(ParseError) -> LocatedValue {
    if event.kind == YAML_ALIAS_EVENT || event.hasAnchor {
      throw ParseError(
        .yamlAnchor,
        at: event.range.lowerBound,
        "YAML anchors and aliases are not supported; repeat the value"
      )
    }
    if event.hasTag {
      throw ParseError(
        .yamlTag,
        at: event.range.lowerBound,
        "YAML tags are not supported; remove the tag"
      )
    }
    switch event.kind {
    case YAML_SCALAR_EVENT:
      return LocatedValue(scalar(event), range: event.range)
    case YAML_SEQUENCE_START_EVENT:
      return try readSequence(event, from: parser, depth: depth)
    case YAML_MAPPING_START_EVENT:
      return try readMapping(event, from: parser, depth: depth)
    default:
      throw ParseError(.yamlSyntax, at: event.range.lowerBound, "expected a value")
    }
  }

  private mutating func readSequence(
    _ start: YAMLEvents.Event,
    from parser: YAMLEvents,
    depth: Int
  ) throws(ParseError) -> LocatedValue {
    guard depth < ParseError.maximumDepth else {
      throw .tooDeep(at: start.range.lowerBound)
    }
    var elements: [LocatedValue] = []
    while true {
      let event = try parser.next()
      if event.kind == YAML_SEQUENCE_END_EVENT {
        let range = start.range.lowerBound..<event.range.upperBound
        return LocatedValue(.array(elements), range: range)
      }
      elements.append(try readValue(event, from: parser, depth: depth + 1))
    }
  }

  private mutating func readMapping(
    _ start: YAMLEvents.Event,
    from parser: YAMLEvents,
    depth: Int
  ) throws(ParseError) -> LocatedValue {
    guard depth < ParseError.maximumDepth else {
      throw .tooDeep(at: start.range.lowerBound)
    }
    var members: [LocatedValue.Member] = []
    while true {
      let key = try parser.next()
      if key.kind == YAML_MAPPING_END_EVENT {
        members.removeDuplicates(into: &errors)
        let range = start.range.lowerBound..<key.range.upperBound
        return LocatedValue(.object(members), range: range)
      }
      guard key.kind == YAML_SCALAR_EVENT, !key.hasAnchor, !key.hasTag else {
        throw ParseError(
          .yamlKey,
          at: key.range.lowerBound,
          "a key must be a plain or quoted string without an anchor or tag"
        )
      }
      let value = try readValue(try parser.next(), from: parser, depth: depth + 1)
      members.append(.init(name: key.text, nameRange: key.range, value: value))
    }
  }

  private mutating func scalar(_ event: YAMLEvents.Event) -> LocatedValue.Kind {
    guard event.isPlain else { return .string(event.text) }
    guard let kind = YAMLScalar.resolve(event.text) else {
      errors.append(.integerTooLarge(event.text, at: event.range.lowerBound))
      return .tooLarge
    }
    return kind
  }
}
