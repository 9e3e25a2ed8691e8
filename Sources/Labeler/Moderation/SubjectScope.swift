import ATProtoSyntax

/// Selects subjects by what they are.
package struct SubjectScope: Sendable {
  package enum Selection: Hashable, Sendable {
    case one(SubjectKey)
    /// An account with its records.
    case account(String)

    package var did: String {
      switch self {
      case .one(let key): key.did
      case .account(let did): did
      }
    }
  }

  /// Nil for all subjects.
  package var selection: Selection?
  /// Nil for accounts and records.
  package var isAccount: Bool?
  /// Records of one of these collections; empty for all.
  package var collections: [String]
  package var ignored: Set<SubjectKey>

  package init(
    _ selection: Selection? = nil,
    isAccount: Bool? = nil,
    collections: [String] = [],
    ignored: Set<SubjectKey> = []
  ) {
    self.selection = selection
    self.isAccount = isAccount
    self.collections = collections
    self.ignored = ignored
  }

  package func contains(_ subject: Subject) -> Bool {
    let key = subject.key
    switch selection {
    case nil: break
    case .one(let selected): guard key == selected else { return false }
    case .account(let did): guard key.did == did else { return false }
    }
    if let isAccount, subject.isAccount != isAccount { return false }
    if !collections.isEmpty {
      guard let collection = subject.record?.collection?.string,
        collections.contains(collection)
      else { return false }
    }
    return !ignored.contains(key)
  }
}
