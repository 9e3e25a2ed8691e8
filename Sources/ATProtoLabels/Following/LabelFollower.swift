public import ATProtoHTTP
import ATProtoIdentity
public import ATProtoSyntax
public import XRPCClient

/// Follows the labels of one labeler: verifies each and stores it in an index, with the cursor in the
/// same transaction.
///
/// The cursor does not pass a label whose source cannot be looked up, so nothing is lost while the PLC
/// directory is down, or if the key changes right after it was looked up. Labels of other sources, and
/// labels that are not valid, are dropped. Stored labels stay valid if the key changes: "Signatures are
/// verified at the time the label is received."
public final class LabelFollower: Sendable {
  /// Pauses; tests replace it.
  public typealias Sleep = @Sendable (Duration) async throws -> Void

  /// The labeler that is followed.
  public let labeler: DID
  let index: any LabelIndex
  let verifier: LabelVerifier
  let observer: (@Sendable (LabelFollowerEvent) -> Void)?
  let sleep: Sleep
  private let transport: any HTTPTransport
  private let policy: ReconnectPolicy

  /// Creates a follower; ``run()`` starts it.
  ///
  /// - Parameters:
  ///   - index: where labels and cursor are stored. The first connection begins with the oldest event.
  ///   - transport: connects to the labeler, whose URL is untrusted; see `GuardedTransport`.
  ///   - policy: the delays after failures.
  ///   - observer: called for everything that happens.
  public init(
    labeler: DID,
    index: any LabelIndex,
    verifier: LabelVerifier,
    transport: any HTTPTransport,
    policy: ReconnectPolicy = ReconnectPolicy(),
    observer: (@Sendable (LabelFollowerEvent) -> Void)? = nil,
    sleep: @escaping Sleep = { try await Task.sleep(for: $0) }
  ) {
    self.labeler = labeler
    self.index = index
    self.verifier = verifier
    self.transport = transport
    self.policy = policy
    self.observer = observer
    self.sleep = sleep
  }

  /// Follows the labeler until the task is canceled.
  ///
  /// - Throws: an error of the index. Every other failure is reported to the observer and tried again.
  public func run() async throws {
    var failures = 0
    while !Task.isCancelled {
      let connection = LabelConnection(follower: self)
      let end: LabelConnection.End
      do {
        end = try await connection.run(at: service(), transport, policy)
      } catch let error as IdentityError {
        end = .lost(reason: error.reason)
      }
      if connection.hasReceived { failures = 0 }
      let delay = delay(after: failures)
      failures += 1
      switch end {
      case .canceled: return
      case .futureCursor:
        observer?(.futureCursor)
        try await index.apply([], from: labeler, cursor: 0)
      case .lost(let reason): observer?(.disconnected(reason: reason, retryAfter: delay))
      }
      guard (try? await sleep(delay)) != nil else { return }
      // The labeler may have moved.
      await verifier.directory.purge(labeler, handle: nil)
    }
  }

  /// "The URL includes method, hostname, and optional port, but no path segment" (Label specification,
  /// "Labeler Service Identity").
  private func service() async throws(IdentityError) -> ServiceEndpoint {
    let document = try await verifier.directory.document(of: labeler)
    let url = try document.endpoint("atproto_labeler", type: "AtprotoLabeler")
    guard url.target == "/" else {
      throw IdentityError(.missing, "the URL of the labeler \(labeler) must not have a path")
    }
    return ServiceEndpoint(url)
  }

  /// The delay after a number of earlier failures in a row.
  func delay(after failures: Int) -> Duration {
    min(policy.initialDelay * (1 << min(failures, 20)), policy.maximumDelay)
  }
}
