extension Rule {
  static let accountParameter = Rule(
    "account-parameter",
    .note,
    "A parameter that names an account takes a DID or a handle: 'at-identifier'.",
    reason: "A client that has only the handle then needs no request to resolve it.",
    clause: Clause.guidelines,
    bad: .query(parameters: #""author":{"type":"string","format":"did"}"#),
    good: .query(parameters: #""author":{"type":"string","format":"at-identifier"}"#)
  ) { subject in
    subject.strings { string, site in
      guard site.position == .parameters, let format = string.format,
        format == .did || format == .handle
      else { return nil }
      return "\(site.name) takes a \(format.rawValue) only; 'at-identifier' takes a handle or a DID"
    }
  }
}
