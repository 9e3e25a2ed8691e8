/// The members of the team, within a transaction.
package protocol MemberStore {
  func member(_ did: String) throws -> Member?

  /// Inserts or replaces a member.
  func save(_ member: Member) throws

  func remove(_ did: String) throws

  /// The members that a filter matches, in the order of their DIDs.
  func page(_ filter: MemberFilter, after did: String?, limit: Int) throws -> [Member]
}
