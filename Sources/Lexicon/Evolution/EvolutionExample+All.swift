extension EvolutionRule {
  public static subscript(id id: String) -> EvolutionRule? { all.first { $0.id == id } }

  /// Nil for no rule of ``all``.
  public var example: EvolutionExample? { EvolutionExample.all[id] }
}

extension Rule {
  /// The bad example and then the good one, as two versions.
  public var mended: EvolutionExample { EvolutionExample(bad, good) }
}

extension EvolutionExample {
  /// By the id of the rule.
  static let all: [String: EvolutionExample] =
    definitions.merging(methods) { $1 }.merging(objects) { $1 }.merging(unions) { $1 }
    .merging(values) { $1 }.merging(constraints) { $1 }

  // MARK: Documents and definitions

  private static let definitions: [String: EvolutionExample] = {
    let document = EvolutionExample(
      .named("com.example.defs"),
      .named("com.example.defs", "com.example.other")
    )
    let definition = definitions(
      #""mood":{"type":"string","maxLength":64}"#,
      #""mood":{"type":"string","maxLength":64},"calm":{"type":"token","description":"At ease."}"#
    )
    let view = #"{"type":"object","properties":{"text":{"type":"string"}}}"#
    let key = EvolutionExample(.recordKey("any"), .recordKey("tid"))
    let grant = EvolutionExample(
      .permission(#""resource":"repo","collection":["com.example.note"],"action":["create"]"#),
      .permission(
        #""resource":"repo","collection":["com.example.note"],"action":["create","delete"]"#
      )
    )
    return [
      "document-added": document, "document-removed": document.reversed,
      "definition-added": definition, "definition-removed": definition.reversed,
      "definition-renamed": definitions(#""view":\#(view)"#, #""noteView":\#(view)"#),
      "definition-type-changed": definitions(
        #""mood":{"type":"string","maxLength":64}"#,
        #""mood":{"type":"object","properties":{"name":{"type":"string","maxLength":64}}}"#
      ),
      "description-changed": definitions(
        #""calm":{"type":"token","description":"At ease."}"#,
        #""calm":{"type":"token","description":"At peace with the world."}"#
      ),
      "record-key-narrowed": key, "record-key-widened": key.reversed,
      "record-key-changed": EvolutionExample(.recordKey("tid"), .recordKey("literal:self")),
      "permission-added": grant, "permission-removed": grant.reversed,
    ]
  }()

  // MARK: Methods

  private static let methods: [String: EvolutionExample] = {
    let json = #"{"encoding":"application/json"}"#
    let object = #"{"encoding":"application/json","schema":{"type":"object","properties":{}}}"#
    let input = procedure(#""output":\#(object)"#, #""input":\#(object),"output":\#(object)"#)
    let output = procedure(#""input":\#(object)"#, #""input":\#(object),"output":\#(object)"#)
    let schema = procedure(
      #""input":\#(json),"output":\#(object)"#,
      #""input":\#(object),"output":\#(object)"#
    )
    let error = procedure(
      #""output":\#(object),"errors":[{"name":"TooLong"}]"#,
      #""output":\#(object),"errors":[{"name":"TooLong"},{"name":"TooMany"}]"#
    )
    return [
      "input-added": input, "input-removed": input.reversed,
      "output-added": output, "output-removed": output.reversed,
      "body-schema-added": schema, "body-schema-removed": schema.reversed,
      "error-added": error, "error-removed": error.reversed,
    ]
  }()

  // MARK: Objects

  private static let objects: [String: EvolutionExample] = {
    let text = #""text":{"type":"string","maxLength":300}"#
    let both = text + #","mood":{"type":"string","maxLength":64}"#
    let property = record(text, both)
    let required = record(
      text,
      both,
      (before: #","required":["text"]"#, after: #","required":["text","mood"]"#)
    )
    let presence = record(text, text, (before: "", after: #","required":["text"]"#))
    let null = record(text, text, (before: "", after: #","nullable":["text"]"#))
    return [
      "property-added": property, "property-removed": property.reversed,
      "required-property-added": required, "required-property-removed": required.reversed,
      "property-required": presence, "property-optional": presence.reversed,
      "null-allowed": null, "null-disallowed": null.reversed,
    ]
  }()

  // MARK: Unions and references

  private static let unions: [String: EvolutionExample] = {
    func union(_ refs: String..., closed: Bool) -> String {
      let refs = refs.map { "\"#\($0)\"" }.joined(separator: ",")
      return #""embed":{"type":"union","refs":[\#(refs)],"closed":\#(closed)}"#
    }
    func reference(_ to: String) -> String { #""embed":{"type":"ref","ref":"\#(to)"}"# }
    let opened = record(union("image", closed: true), union("image", closed: false))
    let member = record(union("image", closed: false), union("image", "video", closed: false))
    let closedMember = record(union("image", closed: true), union("image", "video", closed: true))
    let type = record(reference("#image"), #""embed":{"type":"unknown"}"#)
    return [
      "union-opened": opened, "union-closed": opened.reversed,
      "union-member-added": member, "union-member-removed": member.reversed,
      "closed-union-member-added": closedMember,
      "closed-union-member-removed": closedMember.reversed,
      "type-opened": type, "type-restricted": type.reversed,
      "type-changed": record(
        #""mood":{"type":"string","maxLength":64}"#,
        #""mood":{"type":"integer"}"#
      ),
      "reference-renamed": record(reference("#image"), reference("#picture")),
      "reference-changed": record(reference("#image"), reference("org.other.defs#image")),
    ]
  }()

  // MARK: Values

  private static let values: [String: EvolutionExample] = {
    func flag(_ fields: String) -> String { #""pinned":{"type":"boolean"\#(fields)}"# }
    func mood(_ fields: String) -> String { #""mood":{"type":"string","maxLength":64\#(fields)}"# }
    let const = record(flag(""), flag(#","const":true"#))
    let list = record(mood(""), mood(#","enum":["calm","glad"]"#))
    let value = record(mood(#","enum":["calm"]"#), mood(#","enum":["calm","glad"]"#))
    let known = record(mood(#","knownValues":["calm"]"#), mood(#","knownValues":["calm","glad"]"#))
    return [
      "default-changed": record(flag(#","default":false"#), flag(#","default":true"#)),
      "const-added": const, "const-removed": const.reversed,
      "const-changed": record(flag(#","const":false"#), flag(#","const":true"#)),
      "enum-added": list, "enum-removed": list.reversed,
      "enum-value-added": value, "enum-value-removed": value.reversed,
      "known-value-added": known, "known-value-removed": known.reversed,
    ]
  }()

  // MARK: Constraints

  /// Each with one version that allows little, one that allows more, and one that allows some of
  /// the little and something else.
  private static let constraints: [String: EvolutionExample] = {
    func count(_ fields: String) -> String { #""count":{"type":"integer",\#(fields)}"# }
    func text(_ fields: String) -> String { #""text":{"type":"string",\#(fields)}"# }
    func seal(_ fields: String) -> String { #""seal":{"type":"bytes",\#(fields)}"# }
    func file(_ fields: String) -> String { #""file":{"type":"blob",\#(fields)}"# }
    func tags(_ fields: String) -> String {
      #""tags":{"type":"array","items":{"type":"string","maxLength":64},\#(fields)}"#
    }
    let lengths = [
      #""minLength":1,"maxLength":8"#, #""minLength":1,"maxLength":9"#,
      #""minLength":2,"maxLength":9"#,
    ]
    let graphemes = lengths.map {
      $0.replacing("Length", with: "Graphemes") + #","maxLength":100"#
    }
    let types = [#""accept":["image/png"]"#, #""accept":["image/*"]"#, #""accept":["image/jpeg"]"#]
    let numbers = lengths.map { $0.replacing("minLength", with: "minimum") }
      .map { $0.replacing("maxLength", with: "maximum") }
    let formats = ["did", "at-identifier", "handle"].map { #""format":"\#($0)""# }
    let steps: [Constraint: [String]] = [
      .integerRange: numbers.map(count), .stringLength: lengths.map(text),
      .stringGraphemes: graphemes.map(text), .bytesLength: lengths.map(seal),
      .arrayLength: lengths.map(tags), .blobTypes: types.map(file), .format: formats.map(text),
      .blobSize: [#""maxSize":1000"#, #""maxSize":2000"#].map(file),
    ]
    var examples: [String: EvolutionExample] = [:]
    func add(_ facet: Constraint, _ versions: [RuleExample]) {
      examples[facet.narrowed.id] = EvolutionExample(versions[1], versions[0])
      examples[facet.widened.id] = EvolutionExample(versions[0], versions[1])
      guard versions.count > 2 else { return }
      examples[facet.changed.id] = EvolutionExample(versions[0], versions[2])
    }
    for (facet, properties) in steps {
      add(facet, properties.map { record($0, $0).before })
    }
    add(
      .encoding,
      ["image/png", "image/*", "image/jpeg"].map {
        .procedure(#""input":{"encoding":"\#($0)"},"output":{"encoding":"application/json"}"#)
      }
    )
    return examples
  }()
}
