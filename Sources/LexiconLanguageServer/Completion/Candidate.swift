import Lexicon

/// A text that may stand at the cursor.
struct Candidate {
  /// Language Server Protocol, "CompletionItemKind".
  enum Kind: Int {
    case property = 10
    case value = 12
    case keyword = 14
    case reference = 18
    case enumMember = 20
  }

  var text: String
  var kind: Kind
  var detail: String?
  var documentation: String?
  /// Whether the text is a string, which JSON quotes.
  var isString = true

  init(_ text: String, _ kind: Kind, detail: String? = nil, documentation: String? = nil) {
    self.text = text
    self.kind = kind
    self.detail = detail
    self.documentation = documentation
  }
}

/// The definitions of a project, as far as completion needs them.
struct CandidateDefinition {
  var name: DefinitionName
  var type: String
  var description: String?
}

extension CursorContext {
  /// Everything that the language allows at the cursor, in the order in which it is shown.
  ///
  /// - Parameters:
  ///   - document: the NSID of the document
  ///   - definitions: all definitions of the project
  func candidates(document: String?, _ definitions: () -> [CandidateDefinition]) -> [Candidate] {
    switch subject {
    case .key(let node, let place): keys(of: node, place)
    case .value(let key, let owner, let place, let listed):
      values(of: key, owner, place, document, definitions).filter { !listed.contains($0.text) }
    }
  }

  private func keys(of node: SyntaxNode, _ place: LexiconGrammar.Place) -> [Candidate] {
    let present = Set(
      node.members.map(\.key).filter { $0.range != token?.range }.map(\.text)
    )
    let keys = LexiconGrammar.keys(ofType: node["type"]?.token?.text, at: place)
    return keys.filter { !present.contains($0.name) }.map { key in
      Candidate(
        key.name,
        .property,
        detail: key.isRequired ? "required" : nil,
        documentation: key.documentation
      )
    }
  }

  private func values(
    of key: LexiconGrammar.Key,
    _ owner: SyntaxNode,
    _ place: LexiconGrammar.Place,
    _ document: String?,
    _ definitions: () -> [CandidateDefinition]
  ) -> [Candidate] {
    switch key.value {
    case .choice(let choices):
      return choices.map { choice in
        Candidate(
          choice,
          .enumMember,
          documentation: key.name == "type" ? LexiconGrammar.documentation(ofType: choice) : nil
        )
      }
    case .reference:
      return references(definitions(), document) { !Self.valueless.contains($0) }
    case .references:
      return references(definitions(), document) { $0 == "object" || $0 == "record" }
    case .nsids:
      let types = key.name == "collection" ? ["record"] : ["query", "procedure"]
      return definitions().filter { types.contains($0.type) && $0.name.name == "main" }
        .map { Candidate($0.name.nsid, .reference, detail: $0.type, documentation: $0.description) }
    case .boolean: return Self.booleans
    case .any where owner["type"]?.token?.text == "boolean": return Self.booleans
    case .integer where key.name == "lexicon":
      var version = Candidate("1", .value)
      version.isString = false
      return [version]
    case .strings: return strings(of: key, owner, definitions)
    case .string: return (Self.texts[key.name] ?? []).map { Candidate($0, .value) }
    case .integer, .any, .schema, .properties, .list, .languageMap: return []
    }
  }

  /// Types without values, and types that cannot have a name. A ref to one is an error.
  private static let valueless: Set<String> = [
    "token", "query", "procedure", "subscription", "permission-set", "params", "permission", "ref",
    "union", "unknown", "",
  ]

  private static let booleans = ["true", "false"].map { text in
    var candidate = Candidate(text, .keyword)
    candidate.isString = false
    return candidate
  }

  private static let texts = [
    "key": ["tid", "nsid", "any", "literal:self"],
    "encoding": [
      "application/json", "application/cbor", "application/vnd.ipld.car", "application/jsonl",
      "text/plain", "image/*", "video/mp4", "*/*",
    ],
    "aud": ["*"],
  ]

  private func strings(
    of key: LexiconGrammar.Key,
    _ owner: SyntaxNode,
    _ definitions: () -> [CandidateDefinition]
  ) -> [Candidate] {
    switch key.name {
    case "required", "nullable":
      return (owner["properties"]?.members ?? []).map { member in
        Candidate(member.key.text, .property, detail: member.value?["type"]?.token?.text)
      }
    case "knownValues":
      // "Tokens should always be fully-qualified references".
      return definitions().filter { $0.type == "token" }
        .map {
          Candidate($0.name.text, .enumMember, detail: "token", documentation: $0.description)
        }
    case "action": return ["create", "update", "delete"].map { Candidate($0, .enumMember) }
    case "accept":
      return ["image/*", "image/png", "image/jpeg", "image/webp", "video/mp4", "audio/*", "*/*"]
        .map { Candidate($0, .value) }
    default: return []
    }
  }

  /// References to definitions of certain types: those of the document by name, before the others.
  private func references(
    _ definitions: [CandidateDefinition],
    _ document: String?,
    _ isAllowed: (String) -> Bool
  ) -> [Candidate] {
    let allowed = definitions.filter { isAllowed($0.type) }
    let own = allowed.filter { $0.name.nsid == document ?? "" }
    return own.map { definition in
      Candidate(
        "#\(definition.name.name)",
        .reference,
        detail: definition.type,
        documentation: definition.description
      )
    }
      + allowed.filter {
        !$0.name.nsid.isEmpty && ($0.name.nsid != document || $0.name.name == "main")
      }
      .map { definition in
        Candidate(
          definition.name.text,
          .reference,
          detail: definition.type,
          documentation: definition.description
        )
      }
  }
}
