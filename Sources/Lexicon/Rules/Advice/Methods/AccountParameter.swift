import ATProtoSyntax

extension Rule {
  static let accountParameter = Rule(
    "account-parameter",
    .note,
    "A parameter that names an account should have the format 'at-identifier'.",
    reason: "Clients can then pass a handle or a DID, without resolving the handle first.",
    clause: Clause.guidelines,
    bad: .query(parameters: #""author":{"type":"string","format":"did"}"#),
    good: .query(parameters: #""author":{"type":"string","format":"at-identifier"}"#)
  ) { subject in
    guard let main = subject.main else { return }
    let arguments: [PropertySchema]
    var fields: [PropertySchema] = []
    switch main.kind {
    case .query(let method): arguments = method.parameters?.properties ?? []
    case .procedure(let method):
      arguments = method.parameters?.properties ?? []
      fields = subject.properties(of: method.input) ?? []
    case .subscription(let subscription): arguments = subscription.parameters?.properties ?? []
    default: return
    }
    let endpoint = Words.of(subject.name).map { $0.lowercased() }
    for argument in arguments + fields {
      guard let string = string(of: argument), !isOfIdentity(argument, string, endpoint)
      else { continue }
      let name = quoted(argument.name.value)
      switch string.format {
      case .did?, .handle?:
        let format = string.format == .did ? "DID" : "handle"
        subject.report(
          at: argument.name.location,
          "\(name) accepts only a \(format); use the format 'at-identifier' to accept a handle "
            + "or a DID"
        )
      case nil where accounts.contains(argument.name.value) && isOpen(string):
        subject.report(
          at: argument.name.location,
          "\(name) seems to name an account; give it the format 'at-identifier'"
        )
      default: break
      }
    }
  }

  private static let accounts: Set<String> = [
    "account", "accounts", "actor", "actors", "author", "authors", "repo", "repos",
  ]

  private static func string(of argument: PropertySchema) -> StringSchema? {
    switch argument.schema.kind {
    case .string(let string): string
    case .array(let array):
      if case .string(let string) = array.items.kind { string } else { nil }
    default: nil
    }
  }

  private static func isOpen(_ string: StringSchema) -> Bool {
    string.enum == nil && string.const == nil && string.knownValues == nil
  }

  /// Whether the endpoint is about the identifier itself, and not about an account that it names:
  /// the input of `resolveHandle`, or the identifiers of a new account, a key, or a service.
  private static func isOfIdentity(
    _ argument: PropertySchema,
    _ string: StringSchema,
    _ endpoint: [String]
  ) -> Bool {
    let words = Words.of(argument.name.value).map { $0.lowercased() }
    if words.contains("key") || words.contains("service") { return true }
    guard let format = string.format else { return false }
    let isToBe = argument.name.value == format.rawValue && endpoint == ["create", "account"]
    return isToBe || endpoint.contains(format.rawValue)
  }
}
