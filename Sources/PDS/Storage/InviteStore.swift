import ATProtoSyntax

/// Invite codes and who used them.
protocol InviteStore {
  func insert(_ code: InviteCode) throws
  func code(_ code: String) throws -> InviteCode?
  func use(_ code: String, by did: DID, at seconds: Int) throws
  func codes(of account: String) throws -> [InviteCode]
  /// The code by which the account was made.
  func code(usedBy did: DID) throws -> InviteCode?
  func disable(_ codes: [String], of accounts: [String]) throws

  /// A page of all codes, the newest or the most used first.
  func page(_ order: InviteOrder, after cursor: InviteCursor?, limit: Int) throws -> [InviteCode]
}

struct InviteCode: Sendable {
  /// Whose codes are the administrator's own.
  static let administrator = "admin"

  var code: String
  /// How many accounts it is good for.
  var capacity: Int
  var isDisabled = false
  /// A DID, or ``administrator``: who may give it away.
  var forAccount: String
  var createdBy: String
  /// Seconds since 1970.
  var createdAt: Int
  /// The latest first.
  var uses: [InviteUse] = []

  var isAvailable: Bool { !isDisabled && uses.count < capacity }
}

struct InviteUse: Sendable {
  var usedBy: DID
  /// Seconds since 1970.
  var usedAt: Int
}

enum InviteOrder: String, Sendable {
  case recent
  case usage
}

/// The code before a page.
///
///     cursor = 1*DIGIT "::" code
struct InviteCursor: Sendable {
  /// Seconds since 1970, or the number of uses.
  var primary: Int
  var code: String

  init(_ code: InviteCode, _ order: InviteOrder) {
    primary = order == .recent ? code.createdAt : code.uses.count
    self.code = code.code
  }

  init?(_ text: String) {
    guard let separator = text.firstRange(of: "::"),
      let primary = Int(text[..<separator.lowerBound])
    else { return nil }
    self.primary = primary
    code = String(text[separator.upperBound...])
  }

  var text: String { "\(primary)::\(code)" }
}
