import ATProtoSyntax

// Lexicon specification, "Field Type Definitions".
extension Rule {
  private static func object(_ properties: String, _ rest: String = "") -> String {
    #"{"type":"object","properties":{\#(properties)}\#(rest)}"#
  }

  static let fieldRules: [Rule] = [
    field(
      "missing-field",
      .error,
      "An object of the language has the fields that its type needs.",
      "It means nothing without them.",
      "Field Type Definitions",
      bad: #"{"type":"array"}"#,
      good: #"{"type":"array","items":{"type":"boolean"}}"#
    ),
    field(
      "unknown-field",
      .warning,
      "An object of the language has no fields that the language does not define there.",
      "Readers ignore them: a limit with a wrong name is none.",
      "Field Type Definitions",
      bad: #"{"type":"string","maxlen":10}"#,
      good: #"{"type":"string","maxLength":10}"#
    ),
    field(
      "wrong-type",
      .error,
      "Each field of the language has a value of its type.",
      "What another value means is not defined.",
      "Field Type Definitions",
      bad: #"{"type":"string","maxLength":"ten"}"#,
      good: #"{"type":"string","maxLength":10}"#
    ),
    field(
      "integer-with-fraction",
      .warning,
      "Integers are written without fraction and exponent.",
      "The data model has no other numbers, and readers refuse them.",
      "integer",
      bad: #"{"type":"integer","maximum":10.0}"#,
      good: #"{"type":"integer","maximum":10}"#,
      fix: { finding, tree in
        guard let value = tree.value(at: finding.location.offset),
          case .number(let text) = value.kind,
          let whole = text.split(separator: ".").first, let integer = Int(whole)
        else { return [] }
        return [TextEdit(value.range, String(integer))]
      }
    ),
    field(
      "unknown-type",
      .error,
      "'type' is a type of the language.",
      "There are no others.",
      "Field Type Definitions",
      bad: #"{"type":"float"}"#,
      good: #"{"type":"integer"}"#
    ),
    field(
      "misplaced-type",
      .error,
      "Each type stands where it may.",
      "A token is no field; it is named.",
      "Field Type Definitions",
      bad: object(#""mood":{"type":"token"}"#),
      good: object(#""mood":{"type":"string","maxLength":64}"#)
    ),
    field(
      "inline-items",
      .warning,
      "The items of an array are no object without a name.",
      "Not every compiler has a name for its type; a reference has one.",
      "array",
      bad: #"{"type":"array","items":{"type":"object","properties":{}}}"#,
      good: #"{"type":"array","items":{"type":"boolean"}}"#
    ),
    field(
      "bad-property-name",
      .error,
      "Properties have names.",
      "Nothing can be found under none.",
      "object",
      bad: object(#""":{"type":"boolean"}"#),
      good: object(#""a":{"type":"boolean"}"#)
    ),
    field(
      "reserved-name",
      .error,
      "Names of properties do not begin with '$'.",
      "These are reserved for the protocol, as '$type' is.",
      "Reserved Field Names",
      bad: object(#""$kind":{"type":"boolean"}"#),
      good: object(#""kind":{"type":"boolean"}"#)
    ),
    field(
      "unknown-required",
      .error,
      "'required' names properties.",
      "No value could ever have what is not defined.",
      "object",
      bad: object(#""text":{"type":"string"}"#, #","required":["txt"]"#),
      good: object(#""text":{"type":"string"}"#, #","required":["text"]"#)
    ),
    field(
      "unknown-nullable",
      .warning,
      "'nullable' names properties.",
      "Another name has no effect.",
      "object",
      bad: object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["txt"]"#),
      good: object(#""text":{"type":"string"}"#, #","required":["text"],"nullable":["text"]"#),
      fix: { finding, tree in
        let steps = tree.steps(to: finding.location.offset)
        guard let step = steps.last, steps.count > 1,
          case .array(let elements) = step.container.kind,
          case .string(let name) = elements[step.index].kind
        else { return [] }
        // A name that is nearly right was meant to have an effect.
        var names: [String] = []
        if case .object(let properties)? = steps[steps.count - 2].container["properties"]?.kind {
          names = properties.map(\.name)
        }
        guard Suggestion.nearest(to: name, among: names) == nil else { return [] }
        return [LocatedTree.removal(step)]
      }
    ),
    field(
      "duplicate-item",
      .warning,
      "A list of names or values has each once.",
      "The second has no effect.",
      "Field Type Definitions",
      bad: object(#""text":{"type":"string"}"#, #","required":["text","text"]"#),
      good: object(#""text":{"type":"string"}"#, #","required":["text"]"#),
      fix: { finding, tree in
        guard let step = tree.steps(to: finding.location.offset).last,
          case .array(let elements) = step.container.kind,
          case .string = elements[step.index].kind
        else { return [] }
        return [LocatedTree.removal(step)]
      }
    ),
    field(
      "unknown-format",
      .error,
      "'format' is a string format of the language.",
      "Readers know no others.",
      "String Formats",
      bad: #"{"type":"string","format":"date"}"#,
      good: #"{"type":"string","format":"datetime"}"#
    ),
    field(
      "local-token",
      .warning,
      "A known value that is a token is written in full.",
      "The value stands in data, where nothing says which document '#mood' is of.",
      "string",
      bad: #"{"type":"string","knownValues":["\#("#")calm"]}"#,
      good: #"{"type":"string","knownValues":["com.example.defs#calm"]},"#
        + #""calm":{"type":"token","description":"At ease."}"#,
      fix: { finding, tree in
        guard let value = tree.value(at: finding.location.offset),
          case .string(let text) = value.kind, text.hasPrefix("#"),
          case .string(let id)? = tree.root?["id"]?.kind, let nsid = try? NSID(id)
        else { return [] }
        let start = value.range.lowerBound + 1
        // The document's own name may be corrected in the same run.
        return [TextEdit(start..<start, nsid.normalized.string)]
      }
    ),
    field(
      "bad-accept",
      .error,
      "'accept' lists MIME types and patterns.",
      "Nothing else can be compared with a blob's type.",
      "blob",
      bad: #"{"type":"blob","accept":["png"]}"#,
      good: #"{"type":"blob","accept":["image/png"]}"#
    ),
    field(
      "empty-accept",
      .warning,
      "'accept' is not empty.",
      "It accepts nothing; without it anything is.",
      "blob",
      bad: #"{"type":"blob","accept":[]}"#,
      good: #"{"type":"blob"}"#
    ),
  ]
}
