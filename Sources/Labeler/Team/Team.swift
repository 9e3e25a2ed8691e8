package import ATProtoSyntax
import HTTPTypes
import XRPCServer

/// The accounts that may moderate, and their roles.
///
/// The labeler's own account is always an administrator and is not stored.
package struct Team: Sendable {
  /// The labeler's account.
  package let did: DID
  private let store: any LabelerStore
  private let now: @Sendable () -> Int

  package init(
    did: DID,
    store: any LabelerStore,
    now: @escaping @Sendable () -> Int = { Datetime.Instant.now.wholeMilliseconds }
  ) {
    self.did = did
    self.store = store
    self.now = now
  }

  package func member(of did: DID) async throws -> Member? {
    try await store.read { transaction throws in try transaction.members.member(did.string) }
  }

  /// Whom a call is from.
  ///
  /// Throws `AuthenticationRequired` for an account that is not a member, and `MemberDisabled`.
  package func moderator(_ did: DID) async throws -> Moderator {
    if did == self.did { return Moderator(did: did, role: .admin) }
    guard let member = try await member(of: did) else {
      throw XRPCServerError.authenticationRequired("\(did) is not a member of the team")
    }
    guard !member.isDisabled else {
      throw XRPCServerError.authenticationRequired(
        "the membership of \(did) is disabled",
        name: "MemberDisabled"
      )
    }
    return Moderator(did: did, role: member.role)
  }

  /// Throws `MemberAlreadyExists`.
  package func add(_ did: DID, role: Role, by moderator: Moderator) async throws -> Member {
    try check(did, by: moderator)
    let member = newMember(did, role, by: moderator.did)
    try await store.write { transaction throws in
      guard try transaction.members.member(did.string) == nil else {
        throw XRPCServerError(
          status: .badRequest,
          name: "MemberAlreadyExists",
          message: "\(did) is a member already"
        )
      }
      try transaction.members.save(member)
    }
    return member
  }

  /// Changes what is not nil. Throws `MemberNotFound`.
  package func update(
    _ did: DID,
    role: Role?,
    isDisabled: Bool?,
    by moderator: Moderator
  ) async throws -> Member {
    try check(did, by: moderator)
    let time = now()
    return try await store.write { transaction throws in
      guard var member = try transaction.members.member(did.string) else {
        throw XRPCServerError.memberNotFound(did)
      }
      if let role { member.role = role }
      if let isDisabled { member.isDisabled = isDisabled }
      member.updatedAt = time
      member.updatedBy = moderator.did
      try transaction.members.save(member)
      return member
    }
  }

  /// Throws `MemberNotFound`, and `CannotDeleteSelf` for the moderator's own account.
  package func remove(_ did: DID, by moderator: Moderator) async throws {
    try check(did, by: moderator)
    guard did != moderator.did else {
      throw XRPCServerError(
        status: .badRequest,
        name: "CannotDeleteSelf",
        message: "a member cannot remove its own account"
      )
    }
    try await store.write { transaction throws in
      guard try transaction.members.member(did.string) != nil else {
        throw XRPCServerError.memberNotFound(did)
      }
      try transaction.members.remove(did.string)
    }
  }

  /// The members that a filter matches, in the order of their DIDs.
  ///
  /// - Parameter cursor: from the previous page; nil to begin.
  package func members(
    _ filter: MemberFilter = MemberFilter(),
    after cursor: String? = nil,
    limit: Int = 50
  ) async throws -> (members: [Member], cursor: String?) {
    let members = try await store.read { transaction throws in
      try transaction.members.page(filter, after: cursor, limit: limit + 1)
    }
    let page = Array(members.prefix(limit))
    return (page, members.count > limit ? page.last?.did.string : nil)
  }

  /// Adds accounts as administrators unless they are members already. Called at every start.
  package func ensureAdministrators(_ dids: [DID]) throws {
    try store.setUp { transaction throws in
      for did in dids where did != self.did {
        guard try transaction.members.member(did.string) == nil else { continue }
        try transaction.members.save(newMember(did, .admin, by: self.did))
      }
    }
  }

  private func newMember(_ did: DID, _ role: Role, by moderator: DID) -> Member {
    let time = now()
    return Member(did: did, role: role, createdAt: time, updatedAt: time, updatedBy: moderator)
  }

  private func check(_ did: DID, by moderator: Moderator) throws(XRPCServerError) {
    guard moderator.role == .admin else {
      throw .forbidden("only an administrator may change the team")
    }
    guard did != self.did else {
      throw .invalidRequest("the account of the labeler is always an administrator")
    }
  }
}

extension XRPCServerError {
  fileprivate static func memberNotFound(_ did: DID) -> XRPCServerError {
    XRPCServerError(
      status: .badRequest,
      name: "MemberNotFound",
      message: "\(did) is not a member"
    )
  }
}
