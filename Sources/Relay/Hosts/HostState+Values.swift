import ATProtoRepo

extension HostState {
  /// Why a connection ended or was not established; the labels of a metric.
  enum LossReason: String, Sendable {
    /// The connection ended, or was not established.
    case lost
    /// The host stopped responding.
    case silent
    case malformedFrame
  }

  enum Input: Sendable {
    /// The relay has started.
    case started
    /// A crawl was requested.
    case requested(isAdministrator: Bool)
    case connected(isRelay: Bool)
    /// A numbered event.
    case event
    case lost(LossReason)
    /// The last frame of a stream.
    case errorFrame(String)
    /// The host did not accept the WebSocket.
    case refused(status: Int)
    /// Whether the host has used up a quota, so that its next event has to wait for a long time.
    case quota(isWaiting: Bool)
    case banned
    case unbanned
    /// A domain that contains the host was banned.
    case domainBanned
    case domainUnbanned
    /// The time of a `schedule` has come.
    case tick
  }

  /// Where a stream begins.
  enum Cursor: Hashable, Sendable {
    /// With the next event.
    case none
    case after(Int)
    /// With the oldest event that the host has: `cursor=0`.
    case oldest
  }

  enum Action: Hashable, Sendable {
    case connect(Cursor)
    /// Ends the connection, or the attempt.
    case close
    /// Requests a `tick`.
    case schedule(at: SyncTime)
    case status(HostStatus)
    /// Forgets the cursor.
    case reset(reason: String)
    /// Counts the end of a connection.
    case count(String)
  }
}
