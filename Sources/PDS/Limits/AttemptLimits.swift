import XRPC
import XRPCServer

/// The limits that are the same for a method and for the form that does the same. Each counts its own
/// attempts.
enum AttemptLimits {
  /// Attempts to give the password of one account, from one network.
  static let passwords: [RateLimit] = [.perDay(300), .perMinutes(5, 30)]
  /// Requests for a password reset from one network.
  static let resets: [RateLimit] = [.perDay(50), .perMinutes(60, 15)]
  /// Mails for one purpose that one account causes.
  static let mails: [RateLimit] = [.perDay(15), .perMinutes(60, 5)]
  static let handleChanges: [RateLimit] = [.perDay(50), .perMinutes(5, 10)]
  static let emailChanges: [RateLimit] = [.perDay(50), .perMinutes(5, 10)]
}
