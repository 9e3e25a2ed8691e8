/// Limits how many connections to hosts are being established at once.
///
/// A host that never completes its handshake takes up a place for five seconds. To keep such hosts
/// from delaying others, hosts whose last handshake succeeded have places of their own, and the
/// hosts of a domain take up only a few places and take turns with those of other domains.
final class Handshakes: Sendable {
  /// The maximum number of handshakes at once with hosts whose last handshake succeeded, and with
  /// all others.
  static let maximum = 64
  static let maximumOfDomain = 8

  private let proven = LookupSlots(maximum: maximum, perHost: maximumOfDomain)
  private let others = LookupSlots(maximum: maximum, perHost: maximumOfDomain)

  /// Calls `body` when there is a place.
  ///
  /// - Parameters:
  ///   - domain: the domain whose limit applies.
  ///   - isProven: whether the host's last handshake succeeded.
  func run<Value: Sendable, Failure: Error>(
    _ domain: String,
    isProven: Bool,
    _ body: () async throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = await (isProven ? proven : others).run(LookupSlots.Key(host: domain)) {
      do throws(Failure) {
        return Result<Value, Failure>.success(try await body())
      } catch {
        return Result<Value, Failure>.failure(error)
      }
    }
    return try result.get()
  }
}
