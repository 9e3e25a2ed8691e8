import ATProtoSyntax

/// A document as rules look at it, and what they found.
struct RuleSubject {
  let document: LexiconDocument
  let sites: [SchemaSite]
  let names: NamespaceIndex
  private(set) var found: [Diagnostic] = []
  private let rule: Rule

  /// The last segment of the NSID.
  var name: String { document.id.value.segments.last.map { String($0) } ?? "" }
  var main: Definition? { document[definition: "main"] }

  static func findings(
    of rules: [Rule],
    in document: LexiconDocument,
    _ names: NamespaceIndex
  ) -> [Diagnostic] {
    let sites = SchemaSite.all(in: document, names)
    return rules.flatMap { rule in
      var subject = RuleSubject(document: document, sites: sites, names: names, rule: rule)
      rule.check?(&subject)
      return subject.found
    }
  }

  private init(
    document: LexiconDocument,
    sites: [SchemaSite],
    names: NamespaceIndex,
    rule: Rule
  ) {
    self.document = document
    self.sites = sites
    self.names = names
    self.rule = rule
  }

  mutating func report(
    at location: SourceLocation,
    _ message: String,
    notes: [Diagnostic.Note] = []
  ) {
    found.append(Diagnostic(rule, at: location, message, notes: notes))
  }

  /// Reports each string that the closure has something to say about.
  mutating func strings(_ message: (StringSchema, SchemaSite) -> String?) {
    for site in sites {
      guard case .string(let string) = site.schema.kind, let text = message(string, site) else {
        continue
      }
      report(at: site.location, text)
    }
  }

  /// Reports each schema that the closure has something to say about.
  mutating func schemas(_ message: (SchemaSite) -> String?) {
    for site in sites {
      if let text = message(site) { report(at: site.location, text) }
    }
  }

  /// The query or procedure of the document.
  var method: MethodSchema? {
    switch main?.kind {
    case .query(let method), .procedure(let method): method
    default: nil
    }
  }

  /// The properties of a body that is an object, itself or by a reference.
  func properties(of body: BodySchema?) -> [PropertySchema]? {
    guard let schema = body?.schema, case .object(let object) = names.meaning(of: schema).kind
    else {
      return nil
    }
    return object.properties
  }
}

/// What a subscription has for consumers that come back.
struct SequencedStream {
  struct Message {
    var reference: Reference
    var isNumbered: Bool
  }

  var cursor: PropertySchema?
  /// Those of the sequence: an `info` tells of the stream itself and has no number.
  var messages: [Message]

  var isNumbered: Bool { messages.contains { $0.isNumbered } }
}

extension RuleSubject {
  var stream: SequencedStream? {
    guard case .subscription(let subscription)? = main?.kind else { return nil }
    return SequencedStream(
      cursor: subscription.parameters?.properties.first { $0.name.value == "cursor" },
      messages: subscription.message.refs.compactMap { reference in
        guard reference.definition != "info", let fields = names.properties(of: reference) else {
          return nil
        }
        return SequencedStream.Message(
          reference: reference,
          isNumbered: fields.contains {
            $0.name.value == "seq" && $0.schema.typeName == "integer"
          }
        )
      }
    )
  }
}
