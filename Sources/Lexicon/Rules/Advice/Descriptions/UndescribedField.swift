extension Rule {
  /// Names that say what a value is, and not what of.
  private static let genericFields: Set<String> = ["uri", "cid", "value", "data", "type", "key"]

  static let undescribedField = Rule(
    "undescribed-field",
    .note,
    "A field with a generic name has a description.",
    reason: "'cid' does not say of what.",
    clause: Clause.documentation,
    bad: .record(#""value":{"type":"integer"}"#),
    good: .record(#""value":{"type":"integer","description":"Degrees, in tenths."}"#)
  ) { subject in
    subject.schemas { site in
      guard let name = site.property?.name.value, !site.isElement, genericFields.contains(name),
        (site.schema.description ?? "").isEmpty
      else { return nil }
      if case .ref = site.schema.kind { return nil }
      return "\(site.name) can be anything's; say in a 'description' what it is of"
    }
  }
}
