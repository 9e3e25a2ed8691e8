import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// Rate limits, with the values of the reference implementation if it has them. Handlers apply some
/// of them; others apply before a handler runs (``policy(freeNetworks:freeKey:)``).
struct CallLimits: Sendable {
  /// The points that a write to a repository costs.
  enum Write: Int, Sendable {
    case create = 3
    case update = 2
    case delete = 1
  }

  /// Event streams that one client may have open; a relay needs one.
  static let streams = 100

  private let logIns = RateLimiter(AttemptLimits.passwords)
  private let writes = RateLimiter([.perDay(35_000), .perMinutes(60, 5_000)])
  private let mails = RateLimiter(AttemptLimits.mails)
  private let handles = RateLimiter(AttemptLimits.handleChanges)
  private let emails = RateLimiter(AttemptLimits.emailChanges)

  /// Counts a login attempt by identifier and client network, so that an attacker cannot lock out
  /// the owner of an account from another network.
  func logIn(_ identifier: String, _ context: XRPCContext) throws(XRPCServerError) {
    let name = identifier.lowercased()
    try context.consume(of: logIns, by: "\(context.clientNetwork ?? "") \(name)")
  }

  func write(
    _ changes: [Write],
    of did: DID,
    _ context: XRPCContext
  ) throws(XRPCServerError) {
    let points = changes.reduce(0) { $0 + $1.rawValue }
    try context.consume(points, of: writes, by: did.string)
  }

  /// Counts an email that an account causes the server to send.
  func mail(to did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: mails, by: "\(context.nsid) \(did)")
  }

  func handleChange(of did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: handles, by: did.string)
  }

  /// Counts an attempt to change an email: the response reveals whether another account uses it.
  func emailChange(of did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: emails, by: did.string)
  }

  /// The limits that apply to a client's network before a handler runs.
  ///
  /// - Parameters:
  ///   - freeNetworks: networks whose clients are exempt.
  ///   - freeKey: a secret that exempts clients that send it.
  static func policy(freeNetworks: [IPNetwork], freeKey: String?) -> RateLimitPolicy {
    typealias Server = ComAtproto.Server
    let getRepo = ComAtproto.Sync.GetRepo.nsid
    return RateLimitPolicy(
      [
        // Exports have their own limit.
        RateLimitPolicy.Limit(nil, RateLimiter([.perMinutes(5, 3_000)])) { context in
          context.nsid == getRepo ? nil : context.clientNetwork
        },
        RateLimitPolicy.Limit(getRepo, RateLimiter([.perMinutes(5, 6_000)])),
        // Each call costs a password hash, of which the server computes only a few per second. A
        // client must not be able to use them all up by changing identifiers.
        RateLimitPolicy.Limit(Server.CreateSession.nsid, RateLimiter([.perMinutes(5, 300)])),
        // At most 100,000 keys are reserved (Accounts.maximumReservedKeys).
        RateLimitPolicy.Limit(Server.ReserveSigningKey.nsid, RateLimiter([.perDay(100)])),
        RateLimitPolicy.Limit(Server.CreateAccount.nsid, RateLimiter([.perMinutes(5, 100)])),
        RateLimitPolicy.Limit(Server.DeleteAccount.nsid, RateLimiter([.perMinutes(5, 50)])),
        RateLimitPolicy.Limit(Server.ResetPassword.nsid, RateLimiter([.perMinutes(5, 50)])),
        RateLimitPolicy.Limit(
          Server.RequestPasswordReset.nsid,
          RateLimiter(AttemptLimits.resets)
        ),
        // Each call can make this server look something up at the caller's choice.
        RateLimitPolicy.Limit(
          ComAtproto.Lexicon.ResolveLexicon.nsid,
          RateLimiter([.perMinutes(5, 1_000)])
        ),
        RateLimitPolicy.Limit(ComAtproto.Repo.UploadBlob.nsid, RateLimiter([.perDay(1_000)])),
      ],
      freeNetworks: freeNetworks,
      freeKey: freeKey
    )
  }
}
