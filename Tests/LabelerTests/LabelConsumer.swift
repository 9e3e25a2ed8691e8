import ATProtoCrypto
import ATProtoHTTP
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import XRPC
import XRPCAsyncHTTPClient

/// A consumer of a labeler's stream that reconnects with its cursor, and compares what it sees with
/// what it saw before.
final class LabelConsumer: Sendable {
  struct State {
    var last = 0
    /// By sequence number.
    var labels: [Int: Label] = [:]
    /// The current label of each subject and value.
    var current: [LabelKey: Label] = [:]
    var problems: [String] = []
  }

  let state = Mutex(State())
  private let url: String
  private let key: PublicKey

  /// - Parameters:
  ///   - url: of the labeler: `http://127.0.0.1:2585`.
  ///   - key: has signed all labels.
  init(_ url: String, key: PublicKey) {
    self.url = url
    self.key = key
  }

  var last: Int { state.withLock { $0.last } }
  var problems: [String] { state.withLock { $0.problems } }

  /// Follows the stream until the task is canceled.
  func run() async {
    while !Task.isCancelled {
      do {
        try await read()
      } catch {
        // The labeler was killed, or has not started yet.
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }

  private func read() async throws {
    let request = HTTPRequest(
      method: .get,
      scheme: "http",
      authority: String(url.split(separator: "/")[1]),
      path: "/xrpc/com.atproto.label.subscribeLabels?cursor=\(last)"
    )
    let opening = try await AsyncHTTPClientTransport.shared.openWebSocket(
      request,
      options: TransportOptions()
    )
    guard case .opened(let frames, _) = opening else { return }
    for try await frame in frames { receive(frame) }
  }

  private func receive(_ frame: [UInt8]) {
    do {
      guard case .labels(let event) = try LabelFixture.message(frame), event.labels.count == 1
      else {
        throw UnexpectedFrame()
      }
      try receive(event.labels[0], event.seq)
    } catch {
      state.withLock { $0.problems.append("\(error)") }
    }
  }

  private func receive(_ label: Label, _ sequence: Int) throws {
    let isValid = label.hasValidSignature(by: key)
    let subject = LabelKey(
      source: try label.src.parsed(),
      subject: label.uri.string,
      value: label.val
    )
    let time = try label.cts.parsed().instant
    try state.withLock { state in
      if !isValid { state.problems.append("\(sequence) has a signature that is not valid") }
      if sequence <= state.last { state.problems.append("\(sequence) after \(state.last)") }
      if let before = state.labels[sequence], before != label {
        state.problems.append("\(sequence) is another label than before")
      }
      if let before = try state.current[subject]?.cts.parsed().instant, before >= time {
        state.problems.append("\(sequence) is not later than the label that it replaces")
      }
      state.labels[sequence] = label
      state.current[subject] = label
      state.last = max(state.last, sequence)
    }
  }
}
