import ATProtoSyntax

/// A document that a rule is being applied to, with the findings so far.
struct RuleSubject {
  let document: LexiconDocument
  /// All schemas of the document; nil until a rule needs them.
  private var knownSites: [SchemaSite]?
  let names: NamespaceIndex
  private(set) var found: [Diagnostic] = []
  private let rule: Rule

  /// The name segment of the NSID, which is the last one.
  var name: String { document.id.value.segments.last.map { String($0) } ?? "" }
  var main: Definition? { document[definition: "main"] }

  static func findings(
    of rules: [Rule],
    in document: LexiconDocument,
    _ names: NamespaceIndex
  ) -> [Diagnostic] {
    var sites: [SchemaSite]?
    return rules.flatMap { rule in
      var subject = RuleSubject(document: document, sites: sites, names: names, rule: rule)
      rule.check?(&subject)
      sites = subject.knownSites
      return subject.found
    }
  }

  private init(
    document: LexiconDocument,
    sites: [SchemaSite]?,
    names: NamespaceIndex,
    rule: Rule
  ) {
    self.document = document
    knownSites = sites
    self.names = names
    self.rule = rule
  }

  /// All schemas of the document.
  var sites: [SchemaSite] {
    mutating get {
      if let knownSites { return knownSites }
      let sites = SchemaSite.all(in: document, names)
      knownSites = sites
      return sites
    }
  }

  mutating func report(
    at location: SourceLocation,
    _ message: String,
    notes: [Diagnostic.Note] = []
  ) {
    found.append(Diagnostic(rule, at: location, message, notes: notes))
  }

  /// Reports each string schema for which the closure returns a message.
  mutating func strings(_ message: (StringSchema, SchemaSite) -> String?) {
    for site in sites {
      guard case .string(let string) = site.schema.kind, let text = message(string, site) else {
        continue
      }
      report(at: site.location, text)
    }
  }

  /// Reports each schema for which the closure returns a message.
  mutating func schemas(_ message: (SchemaSite) -> String?) {
    for site in sites {
      if let text = message(site) { report(at: site.location, text) }
    }
  }

  /// The query or procedure of the document, if there is one.
  var method: MethodSchema? {
    switch main?.kind {
    case .query(let method), .procedure(let method): method
    default: nil
    }
  }

  /// Returns the properties of a body, or nil if its schema is not an object or a ref to one.
  func properties(of body: BodySchema?) -> [PropertySchema]? {
    guard let schema = body?.schema, case .object(let object) = names.meaning(of: schema).kind
    else {
      return nil
    }
    return object.properties
  }
}

/// The parts of a subscription that let consumers resume: its cursor and its sequence numbers.
struct SequencedStream {
  struct Message {
    var reference: Reference
    var isNumbered: Bool
  }

  var cursor: PropertySchema?
  /// The messages of the sequence. An `info` message is about the stream and does not have a
  /// sequence number.
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
