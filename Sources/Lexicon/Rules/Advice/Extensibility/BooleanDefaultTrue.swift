extension Rule {
  static let booleanDefaultTrue = Rule(
    "boolean-default-true",
    .warning,
    "An optional boolean should default to false.",
    reason:
      "Software treats an absent boolean as false, so name the field after the uncommon case.",
    clause: Clause.guidelines,
    bad: .query(parameters: #""includeReplies":{"type":"boolean","default":true}"#),
    good: .query(parameters: #""excludeReplies":{"type":"boolean","default":false}"#)
  ) { subject in
    subject.schemas { site in
      guard case .boolean(let boolean) = site.schema.kind, boolean.default == true,
        site.property?.isRequired == false
      else { return nil }
      return
        "\(site.name) defaults to true; name it after the opposite, such as 'exclude…' instead of "
        + "'include…'"
    }
  }
}
