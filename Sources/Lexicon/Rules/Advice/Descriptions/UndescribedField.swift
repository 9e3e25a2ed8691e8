extension Rule {
  /// Names that say what kind of value a field has, but not what it describes.
  private static let genericFields: Set<String> = ["uri", "cid", "value", "data", "type", "key"]

  static let undescribedField = Rule(
    "undescribed-field",
    .note,
    "A field with a generic name should have a description.",
    reason: "A name such as 'cid' does not say what the CID belongs to.",
    clause: Clause.documentation,
    bad: .record(#""value":{"type":"integer"}"#),
    good: .record(#""value":{"type":"integer","description":"Degrees, in tenths."}"#)
  ) { subject in
    subject.schemas { site in
      guard let name = site.property?.name.value, !site.isElement, genericFields.contains(name),
        (site.schema.description ?? "").isEmpty
      else { return nil }
      if case .ref = site.schema.kind { return nil }
      return "\(site.name) is a generic name; add a 'description' that says what it belongs to"
    }
  }
}
