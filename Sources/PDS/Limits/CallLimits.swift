import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

/// How often what may be called, by the numbers of the reference implementation where it has any:
/// the rules that hold
/// before a handler is asked, and the limiters of handlers that know more.
struct CallLimits: Sendable {
  /// Points of a change of a repository.
  enum Write: Int, Sendable {
    case create = 3
    case update = 2
    case delete = 1
  }

  /// Event streams that one client has open; relays need one.
  static let streams = 100

  private let logIns = RateLimiter([.perDay(300), .perMinutes(5, 30)])
  private let writes = RateLimiter([.perDay(35_000), .perMinutes(60, 5_000)])
  private let mails = RateLimiter([.perDay(15), .perMinutes(60, 5)])
  private let handles = RateLimiter([.perDay(50), .perMinutes(5, 10)])
  private let addresses = RateLimiter([.perDay(50), .perMinutes(5, 10)])

  /// Counts an attempt to log in: by who is meant and from where, so that nobody can lock another
  /// out.
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

  /// Counts a mail that the account makes this server send.
  func mail(to did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: mails, by: "\(context.nsid) \(did)")
  }

  func handleChange(of did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: handles, by: did.string)
  }

  /// Counts a wish for another e-mail address: the answer tells whether an account has it.
  func emailChange(of did: DID, _ context: XRPCContext) throws(XRPCServerError) {
    try context.consume(of: addresses, by: did.string)
  }

  /// The rules by the client's network.
  ///
  /// - Parameters:
  ///   - freeNetworks: whose clients are not counted.
  ///   - freeKey: who knows it is not counted.
  static func rules(freeNetworks: [IPNetwork], freeKey: String?) -> RateLimitPolicy {
    typealias Server = ComAtproto.Server
    let getRepo = ComAtproto.Sync.GetRepo.nsid
    return RateLimitPolicy(
      [
        // Exports have a limit of their own.
        RateLimitPolicy.Limit(nil, RateLimiter([.perMinutes(5, 3_000)])) { context in
          context.nsid == getRepo ? nil : context.clientNetwork
        },
        RateLimitPolicy.Limit(getRepo, RateLimiter([.perMinutes(5, 6_000)])),
        // Each costs a hash, of which the server makes some in a second: one client does not take
        // them all by ever other names.
        RateLimitPolicy.Limit(Server.CreateSession.nsid, RateLimiter([.perMinutes(5, 300)])),
        // There is room for 100,000.
        RateLimitPolicy.Limit(Server.ReserveSigningKey.nsid, RateLimiter([.perDay(100)])),
        RateLimitPolicy.Limit(Server.CreateAccount.nsid, RateLimiter([.perMinutes(5, 100)])),
        RateLimitPolicy.Limit(Server.DeleteAccount.nsid, RateLimiter([.perMinutes(5, 50)])),
        RateLimitPolicy.Limit(Server.ResetPassword.nsid, RateLimiter([.perMinutes(5, 50)])),
        RateLimitPolicy.Limit(
          Server.RequestPasswordReset.nsid,
          RateLimiter([.perDay(50), .perMinutes(60, 15)])
        ),
        RateLimitPolicy.Limit(ComAtproto.Repo.UploadBlob.nsid, RateLimiter([.perDay(1_000)])),
      ],
      freeNetworks: freeNetworks,
      freeKey: freeKey
    )
  }
}
