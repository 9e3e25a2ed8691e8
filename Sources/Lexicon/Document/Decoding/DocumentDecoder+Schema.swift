import ATProtoSyntax

extension LexiconGrammar.Place {
  /// The place in messages.
  var name: String {
    switch self {
    case .document: "the document"
    case .definition: "a definition"
    case .property: "a property"
    case .items: "'items'"
    case .parameters: "'parameters'"
    case .parameter: "a parameter"
    case .parameterItems: "the 'items' of a parameter"
    case .record: "the 'record' of a record"
    case .body: "a body"
    case .bodySchema: "the 'schema' of a body"
    case .message: "'message'"
    case .messageSchema: "the 'schema' of a message"
    case .permissions: "an element of 'permissions'"
    case .error: "an element of 'errors'"
    }
  }
}

// Lexicon specification, "Field Type Definitions".
extension DocumentDecoder {
  mutating func schema(_ value: LocatedValue, at place: LexiconGrammar.Place) -> Schema? {
    let types = LexiconGrammar.types(at: place)
    guard var fields = fields(of: value, place.name, owner: place.name),
      let type = requiredString("type", in: &fields)
    else { return nil }
    guard types.contains(type.value) else {
      if LexiconGrammar.allTypes.contains(type.value) {
        report(
          .misplacedType,
          at: type.offset,
          "\(place.name) cannot be \(owner(type.value)); expected the type \(alternatives(types))"
        )
      } else {
        unknownType(type, expected: types)
      }
      return nil
    }
    if place == .items, type.value == "array" || type.value == "object" {
      report(
        .inlineItems,
        at: type.offset,
        "some compilers reject \(owner(type.value)) as 'items'; define it in 'defs' and use a ref"
      )
    }
    let isParameter = place == .parameter
    return fieldType(type, &fields, itemsPlace: isParameter ? .parameterItems : .items)
  }

  /// Decodes a schema of a known type. `type` is already taken from the fields.
  mutating func fieldType(
    _ type: Found<String>,
    _ fields: inout Fields,
    itemsPlace: LexiconGrammar.Place = .items
  ) -> Schema? {
    fields.owner = owner(type.value)
    let description = description(in: &fields)
    let kind: Schema.Kind?
    switch type.value {
    case "boolean": kind = .boolean(boolean(&fields))
    case "integer": kind = .integer(integer(&fields))
    case "string": kind = .string(string(&fields))
    case "bytes": kind = .bytes(bytes(&fields))
    case "cid-link":
      finish(fields, known: Self.commonFields)
      kind = .cidLink
    case "blob": kind = .blob(blob(&fields))
    case "array": kind = array(&fields, itemsPlace).map { .array($0) }
    case "object": kind = object(&fields).map { .object($0) }
    case "ref":
      let text = requiredString("ref", in: &fields)
      finish(fields, known: Self.refFields)
      kind = text.flatMap { reference($0, "'ref'") }.map { .ref($0) }
    case "union": kind = union(&fields).map { .union($0) }
    case "unknown":
      finish(fields, known: Self.commonFields)
      kind = .unknown
    default:
      unknownType(type, expected: LexiconGrammar.fieldTypes)
      kind = nil
    }
    guard let kind else { return nil }
    return Schema(kind, description: description, at: location(of: fields.object))
  }

  static let commonFields = ["type", "description"]
  private static let refFields = LexiconGrammar.names(ofType: "ref")
  private static let bytesFields = LexiconGrammar.names(ofType: "bytes")
  private static let arrayFields = LexiconGrammar.names(ofType: "array")
  private static let blobFields = LexiconGrammar.names(ofType: "blob")
  private static let unionFields = LexiconGrammar.names(ofType: "union")

  private mutating func bytes(_ fields: inout Fields) -> LengthLimits {
    let limits = limits("minLength", "maxLength", in: &fields)
    finish(fields, known: Self.bytesFields)
    return limits.values
  }

  private mutating func array(
    _ fields: inout Fields,
    _ place: LexiconGrammar.Place
  ) -> ArraySchema? {
    let limits = limits("minLength", "maxLength", in: &fields)
    let items = required("items", in: &fields).flatMap { schema($0, at: place) }
    finish(fields, known: Self.arrayFields)
    return items.map { ArraySchema(items: $0, length: limits.values) }
  }

  private mutating func blob(_ fields: inout Fields) -> BlobSchema {
    let maxSize = integer("maxSize", in: &fields)
    if let maxSize, maxSize.value < 1 {
      report(
        .badLimit,
        at: maxSize.offset,
        "'maxSize' is \(maxSize.value); expected at least 1, because blobs are not empty"
      )
    }
    let accept = strings("accept", in: &fields)
    for text in accept ?? [] {
      // "Partial globs (`text/ht*`) or stand-alone wildcard (`*`) are not supported."
      guard MIMEPattern(text.value).map(\.hasParameters) != false else { continue }
      report(
        .badAccept,
        at: text.location.offset,
        "\(quoted(text.value)) is not a valid MIME type pattern; "
          + "expected 'type/subtype', 'type/*' or '*/*'"
      )
    }
    if accept?.isEmpty == true {
      report(
        .emptyAccept,
        at: fields.object.offset,
        "'accept' is empty and accepts no blob; remove it to accept any blob"
      )
    }
    finish(fields, known: Self.blobFields)
    return BlobSchema(accept: accept?.map(\.value), maxSize: maxSize?.value)
  }

  private mutating func union(_ fields: inout Fields) -> UnionSchema? {
    var refs: [Reference]?
    if let value = required("refs", in: &fields),
      let elements = array(value, "'refs'", of: "strings")
    {
      checkCount(elements.count, "refs", at: value.offset)
      refs = references(elements)
    }
    let closed = boolean("closed", in: &fields)
    // "An empty closed union […] is an invalid schema."
    if let closed, closed.value, refs?.isEmpty == true {
      report(
        .emptyClosedUnion,
        at: closed.offset,
        "a closed union must have at least one member in 'refs'"
      )
    }
    finish(fields, known: Self.unionFields)
    return refs.map { UnionSchema(refs: $0, isClosed: closed?.value ?? false) }
  }

  private mutating func references(_ elements: [LocatedValue]) -> [Reference] {
    var result: [Reference] = []
    result.reserveCapacity(elements.count)
    var seen = Set<Reference>(minimumCapacity: elements.count)
    for element in elements {
      let name = "an element of 'refs'"
      guard let text = string(element, name), let reference = reference(text, name) else {
        continue
      }
      if seen.insert(reference).inserted {
        result.append(reference)
      } else {
        duplicate(text.value, in: "refs", at: text.offset)
      }
    }
    return result
  }

  /// Decodes a reference: an NSID, `nsid#name` or `#name`.
  private mutating func reference(_ text: Found<String>, _ owner: String) -> Reference? {
    guard !text.value.isEmpty else {
      report(
        .badReference,
        at: text.offset,
        "\(owner) is empty; write an NSID, '#name' for a definition of this document, or both"
      )
      return nil
    }
    if let remedy = ReferenceRemedy(text.value) {
      badReference(text, remedy.reason, remedy.correction)
      return nil
    }
    let location = source.location(at: text.offset)
    let bytes = text.value.utf8
    let hash = bytes.firstIndex(of: UInt8(ascii: "#"))
    let definition = hash.map { String(text.value[bytes.index(after: $0)...]) }
    if let definition, definition.isEmpty || definition.utf8.contains(UInt8(ascii: "#")) {
      badReference(text, definition.isEmpty ? "has no name after '#'" : "has more than one '#'")
      return nil
    }
    if hash == bytes.startIndex {
      return Reference(nsid: nsid, definition: definition ?? "main", at: location)
    }
    let name = hash.map { String(text.value[..<$0]) } ?? text.value
    do throws(SyntaxError) {
      var nsid = try NSID(name)
      if let normalized = normalized(nsid, at: text.offset) { nsid = normalized }
      return Reference(nsid: nsid, definition: definition ?? "main", at: location)
    } catch {
      // A bare name is probably a definition of this document.
      let hint = name.contains(".") || hash != nil ? Suggestion.Hint() : .init("#" + name)
      badReference(text, error.reason + hint.text, hint.replacement)
      return nil
    }
  }

  private mutating func badReference(
    _ text: Found<String>,
    _ reason: String,
    _ replacement: String? = nil
  ) {
    report(
      .badReference,
      at: text.offset,
      "\(quoted(text.value)) is not a valid reference: \(reason)",
      replacement: replacement
    )
  }
}
