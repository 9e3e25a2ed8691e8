extension Rule {
  private static let genericNames: Set<String> = [
    "array", "boolean", "class", "const", "constructor", "default", "enum", "export", "extension",
    "false", "function", "import", "index", "init", "int", "interface", "length", "module", "nil",
    "none", "null", "number", "object", "package", "private", "protocol", "prototype", "public",
    "return", "self", "static", "string", "struct", "super", "this", "true", "undefined", "var",
    "void",
  ]

  static let genericName = Rule(
    "generic-name",
    .warning,
    "A schema or definition should not have the name of a programming language keyword or type.",
    reason: "Generated code has to rename it, in each language differently.",
    clause: Clause.naming,
    bad: .definitions(#""default":{"type":"string"}"#, of: "com.example.defs"),
    good: .definitions(#""defaultMood":{"type":"string"}"#, of: "com.example.defs")
  ) { subject in
    if genericNames.contains(subject.name.lowercased()) {
      subject.report(
        at: subject.document.id.location,
        "\(quoted(subject.name)) has a meaning in programming languages; use a more specific name"
      )
    }
    for definition in subject.document.definitions
    where genericNames.contains(definition.name.value.lowercased()) {
      subject.report(
        at: definition.name.location,
        "\(quoted(definition.name.value)) has a meaning in programming languages; "
          + "use a more specific name"
      )
    }
  }
}
