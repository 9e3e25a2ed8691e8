import ATProtoSyntax

extension Permission {
  /// Reads a scope value.
  ///
  /// Returns nil if it means nothing: another resource, a parameter or value that is not known, a
  /// required parameter that is missing. "It would be unsafe to grant partially-understood
  /// permissions" (Permission specification, "Permission Sets").
  public init?(_ text: String) {
    if let scope = TransitionScope(rawValue: text) {
      self = .transition(scope)
      return
    }
    guard var syntax = ScopeSyntax(text) else { return nil }
    let permission: Permission? =
      switch syntax.resource {
      case "repo": RepoPermission(&syntax).map(Permission.repo)
      case "rpc": RPCPermission(&syntax).map(Permission.rpc)
      case "blob": BlobPermission(&syntax).map(Permission.blob)
      case "account": AccountPermission(&syntax).map(Permission.account)
      case "identity":
        syntax.takeOne("attr", isPositional: true)
          .flatMap(IdentityAttribute.init).map(Permission.identity)
      default: nil
      }
    guard let permission, syntax.isExhausted else { return nil }
    self = permission
  }
}

extension Permission: CustomStringConvertible {
  /// The canonical scope text: permissions that are equal have the same one.
  public var description: String {
    switch self {
    case .repo(let permission):
      ScopeSyntax.text(
        "repo",
        ("collection", permission.collections?.map(\.string) ?? ["*"]),
        (
          "action",
          permission.actions == RepoAction.allCases ? [] : permission.actions.map(\.rawValue)
        )
      )
    case .rpc(let permission):
      ScopeSyntax.text(
        "rpc",
        ("lxm", permission.methods?.map(\.string) ?? ["*"]),
        ("aud", [permission.audience ?? "*"])
      )
    case .blob(let permission): ScopeSyntax.text("blob", ("accept", permission.accept))
    case .account(let permission):
      ScopeSyntax.text(
        "account",
        ("attr", [permission.attribute.rawValue]),
        // "If not specified, default is `read`."
        ("action", permission.action == .read ? [] : [permission.action.rawValue])
      )
    case .identity(let attribute): ScopeSyntax.text("identity", ("attr", [attribute.rawValue]))
    case .transition(let scope): scope.rawValue
    }
  }
}

extension RepoPermission {
  /// `collection`: "NSID of record types. Wildcard (`*`) is allowed"; `action`: "If not defined,
  /// all operations are allowed".
  fileprivate init?(_ syntax: inout ScopeSyntax) {
    guard let collections = syntax.take("collection", isPositional: true),
      let nsids = NSID.all(collections)
    else { return nil }
    var actions = RepoAction.allCases
    if let names = syntax.take("action") {
      actions = names.compactMap(RepoAction.init)
      guard actions.count == names.count else { return nil }
    }
    self.init(collections: nsids.isEmpty ? nil : nsids, actions: actions)
  }
}

extension RPCPermission {
  /// "`aud` and `lxm` can not both be wildcard."
  fileprivate init?(_ syntax: inout ScopeSyntax) {
    guard let methods = syntax.take("lxm", isPositional: true), let nsids = NSID.all(methods),
      let audience = syntax.takeOne("aud")
    else { return nil }
    if audience == "*" {
      guard !nsids.isEmpty else { return nil }
      self.init(methods: nsids, audience: nil)
      return
    }
    guard ServiceReference.isValid(audience) else { return nil }
    self.init(methods: nsids.isEmpty ? nil : nsids, audience: audience)
  }
}

extension BlobPermission {
  /// "MIME types or partial MIME type glob patterns (`*/*` or `text/*` for example)."
  fileprivate init?(_ syntax: inout ScopeSyntax) {
    guard let accept = syntax.take("accept", isPositional: true),
      accept.allSatisfy({ MediaType.isPattern($0) })
    else { return nil }
    self.init(accept: accept)
  }
}

extension AccountPermission {
  fileprivate init?(_ syntax: inout ScopeSyntax) {
    guard
      let attribute = syntax.takeOne("attr", isPositional: true)
        .flatMap(AccountAttribute.init),
      let action = AccountAction(rawValue: syntax.takeOne("action") ?? "read")
    else { return nil }
    self.init(attribute, action)
  }
}

extension NSID {
  /// Reads NSIDs. Returns an empty array if one of them is `*`, and nil if one is not valid.
  fileprivate static func all(_ texts: [String]) -> [NSID]? {
    var nsids: [NSID] = []
    var hasWildcard = false
    for text in texts {
      if text == "*" {
        hasWildcard = true
      } else if let nsid = try? NSID(text) {
        nsids.append(nsid)
      } else {
        return nil
      }
    }
    return hasWildcard ? [] : nsids
  }
}

/// A "DID service reference: DID followed by required service type fragment".
enum ServiceReference {
  static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, (try? DID(String(parts[0]))) != nil else {
      return false
    }
    // DID core, 3.2.1 and RFC 3986, 3.5; in practice a service ID has letters and underscores.
    return parts[1].utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"):
        true
      default: false
      }
    }
  }
}
