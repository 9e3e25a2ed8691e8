package import ATProtoSyntax

/// What a member of the team may do. Each role may do what the ones before it may. Raw values are
/// stored.
package enum Role: Int, Comparable, CaseIterable, Sendable {
  case verifier, triage, moderator, admin

  package static func < (lhs: Role, rhs: Role) -> Bool { lhs.rawValue < rhs.rawValue }

  /// The token of the schema `tools.ozone.team.defs`.
  package var token: String {
    let name = "\(self)"
    return "tools.ozone.team.defs#role" + name.prefix(1).uppercased() + name.dropFirst()
  }

  /// - Parameter token: a token of the schema.
  package init?(token: String) {
    guard let role = Self.allCases.first(where: { $0.token == token }) else { return nil }
    self = role
  }
}

/// Who changes something.
package struct Moderator: Hashable, Sendable {
  package var did: DID
  package var role: Role
  /// Whether the call was made with the admin password, which names no person.
  package var isPassword: Bool

  package init(did: DID, role: Role, isPassword: Bool = false) {
    self.did = did
    self.role = role
    self.isPassword = isPassword
  }
}
