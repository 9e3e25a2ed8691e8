package import ATProtoSyntax

/// An account of the team.
package struct Member: Hashable, Sendable {
  package let did: DID
  package var role: Role
  package var isDisabled: Bool
  /// In milliseconds since 1970.
  package let createdAt: Int
  package var updatedAt: Int
  package var updatedBy: DID

  package init(
    did: DID,
    role: Role,
    isDisabled: Bool = false,
    createdAt: Int,
    updatedAt: Int,
    updatedBy: DID
  ) {
    self.did = did
    self.role = role
    self.isDisabled = isDisabled
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.updatedBy = updatedBy
  }
}

/// Selects members.
package struct MemberFilter: Sendable {
  /// Empty for all.
  package var roles: [Role]
  package var isDisabled: Bool?
  /// A part of the DID.
  package var query: String?

  package init(roles: [Role] = [], isDisabled: Bool? = nil, query: String? = nil) {
    self.roles = roles
    self.isDisabled = isDisabled
    self.query = query
  }

  package func matches(_ member: Member) -> Bool {
    if !roles.isEmpty, !roles.contains(member.role) { return false }
    if let isDisabled, member.isDisabled != isDisabled { return false }
    guard let query else { return true }
    return member.did.string.contains(query.lowercased())
  }
}
