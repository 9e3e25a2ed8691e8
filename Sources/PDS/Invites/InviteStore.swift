package import ATProtoSyntax

/// Invite codes and their uses.
package protocol InviteStore {
  /// Adds a code. Throws if it already exists.
  func insert(_ code: InviteCode) throws
  func code(_ code: String) throws -> InviteCode?
  /// Records a use of an existing code; a second use by the same account throws.
  ///
  /// - Parameter seconds: in seconds since 1970.
  func use(_ code: String, by did: DID, at seconds: Int) throws
  /// The codes of an account, newest first; ties are ordered by code.
  func codes(of account: String) throws -> [InviteCode]
  /// The code that the account signed up with.
  func code(usedBy did: DID) throws -> InviteCode?
  /// Disables the given codes and all codes of the given accounts.
  func disable(_ codes: [String], of accounts: [String]) throws

  /// A page of all codes, newest or most used first; ties are ordered by code, descending.
  func page(_ order: InviteOrder, after cursor: InviteCursor?, limit: Int) throws -> [InviteCode]
}

package struct InviteCode: Sendable {
  /// The owner of codes that belong to the administrator.
  package static let administrator = "admin"

  package var code: String
  /// The number of accounts that can sign up with the code.
  package var capacity: Int
  package var isDisabled: Bool
  /// The owner: a DID or ``administrator``.
  package var forAccount: String
  package var createdBy: String
  /// Seconds since 1970.
  package var createdAt: Int
  /// The uses, latest first; ties are ordered by DID.
  package var uses: [InviteUse]

  package init(
    code: String,
    capacity: Int,
    isDisabled: Bool = false,
    forAccount: String,
    createdBy: String,
    createdAt: Int,
    uses: [InviteUse] = []
  ) {
    self.code = code
    self.capacity = capacity
    self.isDisabled = isDisabled
    self.forAccount = forAccount
    self.createdBy = createdBy
    self.createdAt = createdAt
    self.uses = uses
  }

  var isAvailable: Bool { !isDisabled && uses.count < capacity }
}

package struct InviteUse: Sendable {
  package var usedBy: DID
  /// Seconds since 1970.
  package var usedAt: Int

  package init(usedBy: DID, usedAt: Int) {
    self.usedBy = usedBy
    self.usedAt = usedAt
  }
}

package enum InviteOrder: String, Sendable {
  case recent
  case usage
}

/// The last code of a page.
///
///     cursor = 1*DIGIT "::" code
package struct InviteCursor: Sendable {
  /// Seconds since 1970, or the number of uses.
  package var primary: Int
  package var code: String

  package init(_ code: InviteCode, _ order: InviteOrder) {
    primary = order == .recent ? code.createdAt : code.uses.count
    self.code = code.code
  }

  package init?(_ text: String) {
    guard let separator = text.firstRange(of: "::"),
      let primary = Int(text[..<separator.lowerBound])
    else { return nil }
    self.primary = primary
    code = String(text[separator.upperBound...])
  }

  package var text: String { "\(primary)::\(code)" }
}
