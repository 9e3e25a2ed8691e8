import ATProtoCrypto
import ATProtoHTTP
import ATProtoRepo
import HTTPTypes
import Synchronization
import XRPCAsyncHTTPClient

/// A firehose's consumer that reconnects with its cursor, and compares what it sees with what it
/// saw before.
final class KillConsumer: Sendable {
  struct State {
    var frames: [Int: SHA256Digest] = [:]
    /// In the order of arrival; see ``key(_:)``.
    var keys: [String] = []
    var last = 0
    var problems: [String] = []
    var connections = 0
  }

  let state = Mutex(State())
  private let url: String

  /// - Parameter url: of the server: `http://127.0.0.1:2470`.
  init(_ url: String) {
    self.url = url
  }

  /// Follows the stream until the task is canceled.
  func run() async {
    while !Task.isCancelled {
      do {
        try await read()
      } catch {
        // The server was killed, or has not started yet.
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func read() async throws {
    let cursor = state.withLock { $0.last }
    let parts = url.split(separator: "/")
    let request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: String(parts[1]),
      path: "/xrpc/com.atproto.sync.subscribeRepos?cursor=\(cursor)"
    )
    let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
      request,
      options: TransportOptions()
    )
    guard case .opened(let frames, _) = opening else { return }
    state.withLock { $0.connections += 1 }
    for try await frame in frames { try receive(frame) }
  }

  private func receive(_ frame: [UInt8]) throws {
    let event = try FirehoseEvent(frame: frame)
    let digest = SHA256.hash(frame)
    state.withLock { state in
      guard let sequence = event.sequence else {
        switch event.content {
        case .error(let name, _), .info(let name, _): state.problems.append(name)
        default: state.problems.append("a frame without a number")
        }
        return
      }
      if sequence <= state.last { state.problems.append("\(sequence) after \(state.last)") }
      if let before = state.frames[sequence], before != digest {
        state.problems.append("\(sequence) has other bytes than before")
      }
      state.frames[sequence] = digest
      state.last = max(state.last, sequence)
      state.keys.append(Self.key(event))
    }
  }

  /// What identifies an event, at its host and at the relay.
  static func key(_ event: FirehoseEvent) -> String {
    switch event.content {
    case .commit(let commit): "commit \(commit.repo) \(commit.rev)"
    case .sync(let sync): "sync \(sync.did) \(sync.rev)"
    case .identity(let identity): "identity \(identity.did) \(event.time)"
    case .account(let account):
      "account \(account.did) \(event.time) \(account.isActive) \(account.status ?? "")"
    default: "other"
    }
  }

  var keys: [String] { state.withLock { $0.keys } }
}
