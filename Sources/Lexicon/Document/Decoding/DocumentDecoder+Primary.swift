import ATProtoSyntax

// Lexicon specification, "Primary Type Definitions". `type` is already taken from the fields.
extension DocumentDecoder {
  private static let recordFields = LexiconGrammar.names(ofType: "record")
  private static let methodFields = LexiconGrammar.names(ofType: "procedure")
  private static let subscriptionFields = LexiconGrammar.names(ofType: "subscription")
  private static let bodyFields = LexiconGrammar.bodyKeys.map(\.name)
  private static let messageFields = LexiconGrammar.messageKeys.map(\.name)
  private static let errorFields = LexiconGrammar.errorKeys.map(\.name)

  mutating func record(_ fields: inout Fields) -> RecordSchema? {
    _ = description(in: &fields)
    let key = requiredString("key", in: &fields).flatMap { recordKey($0) }
    var object: ObjectSchema?
    if let value = required("record", in: &fields),
      let schema = schema(value, at: .record), case .object(let schema) = schema.kind
    {
      object = schema
    }
    finish(fields, known: Self.recordFields)
    guard let key, let object else { return nil }
    return RecordSchema(key: key, record: object)
  }

  /// Record Key specification, "Record Key Type".
  mutating func recordKey(_ text: Found<String>) -> Located<RecordSchema.Key>? {
    let key: RecordSchema.Key
    switch text.value {
    case "tid": key = .tid
    case "nsid": key = .nsid
    case "any": key = .any
    case let value where value.utf8.starts(with: "literal:".utf8):
      let literal = String(value.dropFirst(8))
      do throws(SyntaxError) {
        _ = try RecordKey(literal)
      } catch {
        self.report(
          .badRecordKey,
          at: text.offset,
          "\(quoted(literal)) in \(quoted(value)) is not a valid record key: \(error.reason)"
        )
        return nil
      }
      key = .literal(literal)
    default:
      var hint = Suggestion.hint(for: text.value, among: ["tid", "nsid", "any"])
      if hint.isEmpty, (try? RecordKey(text.value)) != nil, !text.value.contains(":") {
        hint = Suggestion.Hint("literal:" + text.value)
      }
      report(
        .badRecordKey,
        at: text.offset,
        "unknown record key type \(quoted(text.value)); "
          + "expected 'tid', 'nsid', 'any' or 'literal:…'" + hint.text,
        replacement: hint.replacement
      )
      return nil
    }
    return located(Found(value: key, offset: text.offset))
  }

  mutating func method(_ fields: inout Fields, hasInput: Bool) -> MethodSchema {
    _ = description(in: &fields)
    let parameters = fields.take("parameters").flatMap { self.parameters($0) }
    let input = hasInput ? fields.take("input").flatMap { body($0, "'input'") } : nil
    let output = fields.take("output").flatMap { body($0, "'output'") }
    let errors = errors(in: &fields)
    if !hasInput, let input = fields.take("input") {
      report(
        .queryInput,
        at: input.offset,
        "a query cannot have an 'input'; use 'parameters', or make it a procedure"
      )
    }
    finish(fields, known: Self.methodFields)
    return MethodSchema(parameters: parameters, input: input, output: output, errors: errors)
  }

  private mutating func body(_ value: LocatedValue, _ name: String) -> BodySchema? {
    guard var fields = fields(of: value, name, owner: name) else { return nil }
    let description = description(in: &fields)
    let encoding = requiredString("encoding", in: &fields)
    if let encoding { checkEncoding(encoding) }
    var schema: Schema?
    if let value = fields.take("schema") {
      schema = self.schema(value, at: .bodySchema)
      if let encoding, !MIMEPattern.isJSON(encoding.value) {
        report(
          .schemaWithoutJSON,
          at: value.offset,
          "a schema can only describe a JSON body, but the 'encoding' is \(quoted(encoding.value))"
        )
      }
    }
    finish(fields, known: Self.bodyFields)
    guard let encoding else { return nil }
    return BodySchema(description: description, encoding: located(encoding), schema: schema)
  }

  private mutating func checkEncoding(_ encoding: Found<String>) {
    switch MIMEPattern(encoding.value) {
    case nil:
      report(
        .badEncoding,
        at: encoding.offset,
        "\(quoted(encoding.value)) is not a valid MIME type; "
          + "expected one such as 'application/json'"
      )
    case .some(let pattern) where pattern.hasParameters:
      report(
        .encodingParameters,
        at: encoding.offset,
        "\(quoted(encoding.value)) has parameters; use the MIME type alone"
      )
    default: break
    }
  }

  /// "short name for the error type, with no whitespace".
  private mutating func errors(in fields: inout Fields) -> [ErrorSchema] {
    guard let value = fields.take("errors"), let elements = array(value, "'errors'", of: "objects")
    else { return [] }
    checkCount(elements.count, "errors", at: value.offset)
    var result: [ErrorSchema] = []
    var seen = Set<String>()
    for element in elements {
      guard var fields = self.fields(of: element, "an element of 'errors'", owner: "an error")
      else { continue }
      let description = description(in: &fields)
      let name = requiredString("name", in: &fields)
      finish(fields, known: Self.errorFields)
      guard let name else { continue }
      if name.value.isEmpty || name.value.unicodeScalars.contains(where: \.properties.isWhitespace)
      {
        report(
          .badErrorName,
          at: name.offset,
          "the error name \(quoted(name.value)) "
            + (name.value.isEmpty ? "is empty" : "contains white space")
            + "; use a name such as 'NotFound'"
        )
      } else if seen.insert(name.value).inserted {
        result.append(ErrorSchema(name: located(name), description: description))
      } else {
        duplicate(name.value, in: "errors", at: name.offset)
      }
    }
    return result
  }

  mutating func subscription(_ fields: inout Fields) -> SubscriptionSchema? {
    _ = description(in: &fields)
    let parameters = fields.take("parameters").flatMap { self.parameters($0) }
    let errors = errors(in: &fields)
    var message: (description: String?, union: UnionSchema)?
    if let value = required("message", in: &fields),
      var fields = self.fields(of: value, "'message'", owner: "'message'")
    {
      let description = description(in: &fields)
      // "Subscription schemas […] must be a `union` of refs, not an `object` type."
      if let value = required("schema", in: &fields),
        let schema = schema(value, at: .messageSchema), case .union(let union) = schema.kind
      {
        message = (description, union)
      }
      finish(fields, known: Self.messageFields)
    }
    finish(fields, known: Self.subscriptionFields)
    guard let message else { return nil }
    return SubscriptionSchema(
      parameters: parameters,
      messageDescription: message.description,
      message: message.union,
      errors: errors
    )
  }
}
