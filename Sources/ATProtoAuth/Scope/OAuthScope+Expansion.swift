public import ATProtoSyntax

extension OAuthScope {
  /// The scope with each `include:` replaced by the permissions that its set grants.
  ///
  /// An `include:` whose set is not given grants nothing. Where the scope would become longer than
  /// ``maximumLength``, it ends.
  ///
  /// - Parameter sets: the sets by NSID; see ``includes``.
  public func expanding(_ sets: [NSID: PermissionSet]) -> OAuthScope {
    if includes.isEmpty { return self }
    var expanded: [String] = []
    var seen: Set<String> = []
    var length = 0
    /// Returns false if there is no room.
    func append(_ value: String) -> Bool {
      length += value.utf8.count + 1
      guard expanded.count < Self.maximumCount, length <= Self.maximumLength else { return false }
      if seen.insert(value).inserted { expanded.append(value) }
      return true
    }
    // What was asked for by name has precedence over what sets add.
    let references = values.map { PermissionSetReference($0) }
    for (value, reference) in zip(values, references) where reference == nil { _ = append(value) }
    expansion: for case let reference? in references {
      guard let set = sets[reference.nsid], set.nsid == reference.nsid else { continue }
      for permission in set.permissions(audience: reference.audience) {
        guard append(permission.description) else { break expansion }
      }
    }
    return OAuthScope(values: expanded)
  }
}
