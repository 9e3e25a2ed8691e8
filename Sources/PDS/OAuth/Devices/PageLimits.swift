import ATProtoCrypto
import ATProtoSyntax
import XRPC
import XRPCServer

/// A limit of the pages was exceeded.
struct PageLimitExceeded: Error, Hashable {
  /// Seconds until the next attempt.
  var retryAfter: Int
}

/// The limits of what can be done at the forms, like ``CallLimits`` for methods.
///
/// Attempts to sign in are counted by name and network together, which keeps strangers elsewhere from
/// locking an owner out, and by network alone, which limits one password tried for many accounts, all
/// names of one account, and the use of the server's capacity for hashing. The name counts as it was
/// typed: a limit that two names shared would reveal that they belong to one account.
///
/// All methods throw ``PageLimitExceeded``.
struct PageLimits: Sendable {
  private let accounts = RateLimiter(AttemptLimits.passwords)
  private let networks = RateLimiter([.perDay(1_000), .perMinutes(5, 60)])
  private let signUps = RateLimiter([.perDay(50), .perMinutes(5, 20)])
  private let resets = RateLimiter(AttemptLimits.resets)
  private let mails = RateLimiter(AttemptLimits.mails)
  private let handles = RateLimiter(AttemptLimits.handleChanges)
  private let emails = RateLimiter(AttemptLimits.emailChanges)

  /// Counts an attempt to give the password of an account.
  ///
  /// - Parameter identifier: as it was typed.
  func password(_ identifier: String, _ client: PageClient) throws(PageLimitExceeded) {
    guard !client.isExemptFromRateLimits else { return }
    let network = client.network ?? ""
    // Hashed, because what people type can be long.
    let name = SHA256.hash("\(network) \(identifier.lowercased())")
    try Self.check(networks.consume(by: network))
    try Self.check(accounts.consume(by: name.bytes))
  }

  /// Counts an attempt to create an account.
  func signUp(_ client: PageClient) throws(PageLimitExceeded) {
    guard !client.isExemptFromRateLimits else { return }
    try Self.check(signUps.consume(by: client.network ?? ""))
  }

  /// Counts a request for a reset of the password, and the attempts to use its token.
  func reset(_ client: PageClient) throws(PageLimitExceeded) {
    guard !client.isExemptFromRateLimits else { return }
    try Self.check(resets.consume(by: client.network ?? ""))
  }

  /// Counts a mail that an account causes the server to send.
  func mail(_ purpose: MailTokenPurpose, to did: DID) throws(PageLimitExceeded) {
    try Self.check(mails.consume(by: "\(purpose.rawValue) \(did)"))
  }

  func handleChange(of did: DID) throws(PageLimitExceeded) {
    try Self.check(handles.consume(by: did.string))
  }

  /// Counts an attempt to change an email: the answer reveals whether another account has it.
  func emailChange(of did: DID) throws(PageLimitExceeded) {
    try Self.check(emails.consume(by: did.string))
  }

  private static func check(_ status: RateLimitStatus) throws(PageLimitExceeded) {
    if status.isExceeded { throw PageLimitExceeded(retryAfter: status.wholeSeconds) }
  }
}
