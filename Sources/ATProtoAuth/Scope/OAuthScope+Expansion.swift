public import ATProtoSyntax

extension OAuthScope {
  /// The scope with each `include:` replaced by the permissions that its set grants.
  ///
  /// An `include:` whose set is not given grants nothing. Permissions that would make the scope
  /// longer than ``maximumLength`` are left out.
  ///
  /// - Parameter sets: the sets by NSID; see ``includes``.
  public func expanding(_ sets: [NSID: PermissionSet]) -> OAuthScope {
    if includes.isEmpty { return self }
    var expanded: [String] = []
    var seen: Set<String> = []
    var length = 0
    func append(_ value: String) {
      guard expanded.count < Self.maximumCount, !seen.contains(value),
        length + value.utf8.count + 1 <= Self.maximumLength
      else { return }
      seen.insert(value)
      expanded.append(value)
      length += value.utf8.count + 1
    }
    // What was asked for by name has precedence over what sets add.
    let references = values.map { PermissionSetReference($0) }
    for (value, reference) in zip(values, references) where reference == nil { append(value) }
    for case let reference? in references {
      guard let set = sets[reference.nsid], set.nsid == reference.nsid else { continue }
      for permission in set.permissions(audience: reference.audience) {
        append(permission.description)
      }
    }
    return OAuthScope(values: expanded)
  }
}
