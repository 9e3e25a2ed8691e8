import ATProtoHTTP
import HTTPTypes
import Synchronization

/// The parts of a response that have arrived, and the reader that waits for more.
final class ResponseInbox: Sendable {
  typealias Head = Result<HTTPResponse, TransportError>
  typealias Chunk = Result<[UInt8]?, TransportError>

  private struct State {
    var head: Head?
    var headReader: CheckedContinuation<Head, Never>?
    var chunks: [[UInt8]] = []
    /// The total number of bytes that arrived.
    var byteCount = 0
    var end: Chunk?
    var chunkReader: CheckedContinuation<Chunk, Never>?
  }

  private let maximumBytes: Int
  private let state = Mutex(State())

  init(maximumBytes: Int) {
    self.maximumBytes = maximumBytes
  }

  func receive(_ head: HTTPResponse) {
    settle(.success(head))
  }

  private func settle(_ head: Head) {
    let reader = state.withLock { state in
      if state.head == nil { state.head = head }
      defer { state.headReader = nil }
      return state.headReader
    }
    reader?.resume(returning: head)
  }

  /// Adds a chunk. Returns false if the response is too long, which ends the exchange.
  func receive(_ chunk: [UInt8]) -> Bool {
    let (reader, answer) = state.withLock { state -> (CheckedContinuation<Chunk, Never>?, Chunk) in
      guard state.end == nil else { return (nil, .success(nil)) }
      state.byteCount += chunk.count
      defer { state.chunkReader = nil }
      guard state.byteCount <= maximumBytes else {
        let error = TransportError(
          code: .responseTooLarge,
          reason: "the response is longer than \(maximumBytes) bytes"
        )
        state.end = .failure(error)
        return (state.chunkReader, .failure(error))
      }
      if state.chunkReader == nil { state.chunks.append(chunk) }
      return (state.chunkReader, .success(chunk))
    }
    reader?.resume(returning: answer)
    return state.withLock { $0.end == nil }
  }

  func finish(_ error: TransportError?) {
    let end = error.map { Chunk.failure($0) } ?? .success(nil)
    settle(
      .failure(
        error ?? TransportError(code: .connectionLost, reason: "the server sent no response")
      )
    )
    let reader = state.withLock { state in
      if state.end == nil { state.end = end }
      defer { state.chunkReader = nil }
      return state.chunkReader
    }
    reader?.resume(returning: end)
  }

  func head() async -> Head {
    await withCheckedContinuation { reader in
      let head = state.withLock { state in
        if state.head == nil { state.headReader = reader }
        return state.head
      }
      if let head { reader.resume(returning: head) }
    }
  }

  func next() async -> Chunk {
    await withCheckedContinuation { reader in
      let chunk = state.withLock { state -> Chunk? in
        if !state.chunks.isEmpty {
          // All waiting chunks are returned as one.
          defer { state.chunks = [] }
          return .success(state.chunks.count == 1 ? state.chunks[0] : Array(state.chunks.joined()))
        }
        if state.end == nil { state.chunkReader = reader }
        return state.end
      }
      if let chunk { reader.resume(returning: chunk) }
    }
  }
}
