import ATProtoHTTP
import Synchronization
package import XRPC

/// A buffer between a writer, which runs at the speed of the disk, and a reader, which runs at the
/// speed of a peer. The database snapshot from which the bytes come stays open only while they are
/// written.
///
/// The first 256 KiB are in memory; longer content goes to an unnamed file.
package final class Spool: Sendable {
  /// The reader has gone away.
  package struct Abandoned: Error {}

  /// Small bodies never touch the disk.
  private static let memory = 256 << 10
  private static let chunk = 128 << 10

  private struct State {
    var start: [UInt8] = []
    /// The number of bytes written so far.
    var length = 0
    var file: ScratchFile?
    var end: Result<Void, any Error>?
    var isAbandoned = false
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let makeFile: @Sendable () throws -> ScratchFile
  private let state = Mutex(State())

  /// - Parameter makeFile: called when the content no longer fits in memory.
  package init(_ makeFile: @escaping @Sendable () throws -> ScratchFile) {
    self.makeFile = makeFile
  }

  /// Appends `bytes`; may block on the disk. Only one writer may call it at a time.
  ///
  /// Throws ``Abandoned`` if the reader has gone away, so that the writer stops.
  package func append(_ bytes: [UInt8]) throws {
    let file = try state.withLock { state -> ScratchFile? in
      if state.isAbandoned { throw Abandoned() }
      if state.file == nil, state.length + bytes.count <= Self.memory {
        state.start += bytes
        state.length += bytes.count
        return nil
      }
      if state.file == nil { state.file = try makeFile() }
      return state.file
    }
    guard let file else { return }
    try file.write(bytes)
    wake { $0.length += bytes.count }
  }

  /// Ends the content; if it ends with an error, the reader's stream fails after what has been
  /// written.
  package func finish(_ end: Result<Void, any Error>) {
    wake { $0.end = end }
  }

  /// Makes a body that `work` writes while the client reads it.
  ///
  /// Throws the error of `work` if it fails while the content is still in memory, or 503 if no
  /// scratch space is left.
  ///
  /// - Parameter client: the client whose share of the space is used.
  package static func body(
    in space: ScratchSpace,
    for client: String?,
    contentType: String,
    _ work: @escaping @Sendable (Spool) async throws -> Void
  ) async throws -> RawBody {
    let spool = Spool { try space.file(for: client) }
    let reader = Reader(spool)
    Task {
      do {
        try await work(spool)
        spool.finish(.success(()))
      } catch {
        spool.finish(.failure(error))
      }
    }
    if let whole = try await spool.wholeIfSmall() {
      return RawBody(bytes: whole, contentType: contentType)
    }
    return RawBody(
      stream: ByteStream { { try await reader.next() } },
      contentType: contentType
    )
  }

  private func wholeIfSmall() async throws -> [UInt8]? {
    while true {
      let end = state.withLock { state -> Result<[UInt8]?, any Error>? in
        if state.file != nil, state.end == nil || state.length > 0 { return .success(nil) }
        return state.end?.map { state.start }
      }
      if let end { return try end.get() }
      await wait { $0.end != nil || $0.file != nil }
    }
  }

  fileprivate func bytes(at offset: Int) async throws -> [UInt8] {
    while true {
      let (file, start, available, end) = state.withLock { state in
        (
          state.file, offset < state.start.count ? state.start : [], state.length - offset,
          state.end
        )
      }
      if !start.isEmpty { return Array(start[offset...]) }
      if available > 0, let file {
        // The file continues after what was in memory.
        let place = offset - state.withLock { $0.start.count }
        return try file.file.read(min(available, Self.chunk), at: place)
      }
      if let end {
        try end.get()
        return []
      }
      await wait { $0.length > offset || $0.end != nil }
    }
  }

  fileprivate func abandon() {
    state.withLock { $0.isAbandoned = true }
  }

  private func wake(_ change: (inout State) -> Void) {
    let waiting = state.withLock { state in
      change(&state)
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume()
  }

  /// Only one reader may call this at a time.
  private func wait(until isReady: (State) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if isReady(state) { return true }
        state.waiting = continuation
        return false
      }
      if isDone { continuation.resume() }
    }
  }
}

/// A position in a spool. When it is deallocated, the spool is abandoned.
private final class Reader: Sendable {
  private let spool: Spool
  private let offset = Mutex(0)

  init(_ spool: Spool) {
    self.spool = spool
  }

  deinit {
    spool.abandon()
  }

  func next() async throws -> [UInt8]? {
    let bytes = try await spool.bytes(at: offset.withLock { $0 })
    offset.withLock { $0 += bytes.count }
    return bytes.isEmpty ? nil : bytes
  }
}
