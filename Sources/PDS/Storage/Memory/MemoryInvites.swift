import ATProtoSyntax
import ServiceKit

struct MemoryInvites: InviteStore {
  let transaction: MemoryPDSTransaction

  private var codes: some Collection<InviteCode> { transaction.state.invites.values }

  func insert(_ code: InviteCode) throws {
    try transaction.change { state in
      guard state.invites[code.code] == nil else { throw ServiceError.exists("the invite code") }
      var code = code
      code.uses = []
      state.invites[code.code] = code
    }
  }

  func code(_ code: String) -> InviteCode? { transaction.state.invites[code] }

  func use(_ code: String, by did: DID, at seconds: Int) throws {
    try transaction.change { state in
      guard var entry = state.invites[code] else {
        throw ServiceError(
          .storage,
          "cannot store the use of an invite code: the code does not exist"
        )
      }
      guard !entry.uses.contains(where: { $0.usedBy == did }) else {
        throw ServiceError.exists("the use of an invite code")
      }
      entry.uses.append(InviteUse(usedBy: did, usedAt: seconds))
      entry.uses.sort { ($1.usedAt, $0.usedBy.string) < ($0.usedAt, $1.usedBy.string) }
      state.invites[code] = entry
    }
  }

  func codes(of account: String) -> [InviteCode] {
    codes.filter { $0.forAccount == account }
      .sorted { ($1.createdAt, $0.code) < ($0.createdAt, $1.code) }
  }

  func code(usedBy did: DID) -> InviteCode? {
    codes.compactMap { code in
      code.uses.first { $0.usedBy == did }.map { (code: code, usedAt: $0.usedAt) }
    }.max { $0.usedAt < $1.usedAt }?.code
  }

  func disable(_ codes: [String], of accounts: [String]) throws {
    try transaction.change { state in
      for (key, code) in state.invites
      where codes.contains(key) || accounts.contains(code.forAccount) {
        state.invites[key]?.isDisabled = true
      }
    }
  }

  func page(_ order: InviteOrder, after cursor: InviteCursor?, limit: Int) -> [InviteCode] {
    let places = codes.map { (code: $0, place: InviteCursor($0, order)) }.filter { entry in
      cursor.map { (entry.place.primary, entry.place.code) < ($0.primary, $0.code) } ?? true
    }
    return places.sorted {
      ($1.place.primary, $1.place.code) < ($0.place.primary, $0.place.code)
    }.prefix(limit).map(\.code)
  }
}
