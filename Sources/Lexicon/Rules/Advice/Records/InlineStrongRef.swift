import ATProtoSyntax

extension Rule {
  static let inlineStrongRef = Rule(
    "inline-strong-ref",
    .note,
    "A reference to a version of a record should be a 'com.atproto.repo.strongRef'.",
    reason:
      "Software that knows this definition can follow the reference without knowing the schema.",
    clause: Clause.guidelines,
    bad: .definition(
      #"{"type":"object","required":["uri","cid"],"properties":{"uri":{"type":"string","#
        + #""format":"at-uri","description":"The note."},"cid":{"type":"string","format":"cid","#
        + #""description":"The note's version."}}}"#
    ),
    good: RuleExample(
      RuleExample.document(
        #""example":{"type":"object","properties":{"note":{"type":"ref","#
          + #""ref":"com.atproto.repo.strongRef"}}}"#,
        of: "com.example.defs"
      ),
      RuleExample.document(
        #""main":{"type":"object","description":"A version.","required":["uri","cid"],"properties":{"#
          + #""uri":{"type":"string","format":"at-uri","description":"The record."},"#
          + #""cid":{"type":"string","format":"cid","description":"Its version."}}}"#,
        of: "com.atproto.repo.strongRef"
      )
    )
  ) { subject in
    guard subject.document.id.value.string != "com.atproto.repo.strongRef" else { return }
    subject.schemas { site in
      guard case .object(let object) = site.schema.kind, object.properties.count == 2,
        format(of: "uri", in: object) == .atURI, format(of: "cid", in: object) == .cid
      else { return nil }
      return "\(site.name) has the fields of 'com.atproto.repo.strongRef'; use a ref to it instead"
    }
  }

  private static func format(of name: String, in object: ObjectSchema) -> StringSchema.Format? {
    guard let property = object.properties.first(where: { $0.name.value == name }),
      case .string(let string) = property.schema.kind
    else { return nil }
    return string.format
  }
}
