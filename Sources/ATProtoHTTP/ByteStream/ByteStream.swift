import Synchronization

/// The bytes of a body as they arrive, in chunks that are not empty. The reader sets the pace.
///
/// A stream that arrives over a connection can be read once; a second reader gets an error. A
/// stream that is opened again for each reader, such as a file, is ``isRepeatable``. Readers get
/// the errors of the source, and an error if the body is shorter or longer than its length, so that
/// a truncated body is never mistaken for a complete one.
public struct ByteStream: AsyncSequence, Sendable {
  /// A chunk of bytes.
  public typealias Element = [UInt8]

  /// Returns the next chunk, or nil at the end.
  public typealias Pull = () async throws -> [UInt8]?

  private final class Source: Sendable {
    let open: @Sendable () async throws -> Pull
    let isTaken = Atomic(false)

    init(_ open: @escaping @Sendable () async throws -> Pull) {
      self.open = open
    }
  }

  /// The length in bytes; nil if it is not known before the end.
  public let length: Int?
  /// Whether the stream can be read more than once, so that a request with it can be sent again.
  public let isRepeatable: Bool
  private let source: Source

  /// Creates a stream from a function that opens its source.
  ///
  /// - Parameter open: called when a reader starts; only once unless the stream is repeatable.
  public init(
    length: Int? = nil,
    isRepeatable: Bool = false,
    open: @escaping @Sendable () async throws -> Pull
  ) {
    self.length = length
    self.isRepeatable = isRepeatable
    source = Source(open)
  }

  /// Creates a stream of the elements of a sequence, which can be read once.
  public init<Chunks: AsyncSequence & Sendable>(
    _ chunks: Chunks,
    length: Int? = nil
  ) where Chunks.Element == [UInt8] {
    self.init(length: length) {
      var iterator = chunks.makeAsyncIterator()
      return { try await iterator.next() }
    }
  }

  /// Starts to read the stream.
  public func makeAsyncIterator() -> Iterator {
    Iterator(stream: self)
  }

  fileprivate func pull() async throws -> Pull {
    if !isRepeatable, source.isTaken.exchange(true, ordering: .relaxed) {
      throw ByteStreamError(code: .alreadyRead, reason: "the stream has already been read")
    }
    return try await source.open()
  }

  /// Reads a stream chunk by chunk.
  public struct Iterator: AsyncIteratorProtocol {
    private enum State {
      case unopened
      case open(Pull)
      case ended
    }

    private let stream: ByteStream
    private var state = State.unopened
    private var count = 0

    fileprivate init(stream: ByteStream) {
      self.stream = stream
    }

    /// Reads the next chunk; nil at the end.
    public mutating func next() async throws -> [UInt8]? {
      let pull: Pull
      switch state {
      case .ended: return nil
      case .open(let opened): pull = opened
      case .unopened: pull = try await stream.pull()
      }
      // Any error ends the stream.
      state = .ended
      while let chunk = try await pull() {
        if chunk.isEmpty { continue }
        count += chunk.count
        if let length = stream.length, count > length { throw Self.mismatch(length) }
        state = .open(pull)
        return chunk
      }
      if let length = stream.length, count != length { throw Self.mismatch(length) }
      return nil
    }

    private static func mismatch(_ length: Int) -> ByteStreamError {
      ByteStreamError(code: .lengthMismatch, reason: "the stream is not \(length) bytes long")
    }
  }
}

extension ByteStream {
  /// Reads the whole stream into memory.
  ///
  /// - Throws: ``ByteStreamError/Code/tooLong`` before more than `maximum` bytes are held.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    let bounded = bounded(by: maximum) {
      ByteStreamError(code: .tooLong, reason: "the stream is longer than \(maximum) bytes")
    }
    bytes.reserveCapacity(Swift.min(length ?? 0, maximum))
    for try await chunk in bounded { bytes += chunk }
    return bytes
  }

  /// Returns a stream of the same chunks that throws instead of exceeding `maximum` bytes.
  public func bounded(
    by maximum: Int,
    orThrow error: @escaping @Sendable () -> any Error
  ) -> ByteStream {
    mapping {
      if let length, length > maximum { throw error() }
      var count = 0
      return { chunk in
        count += chunk.count
        if count > maximum { throw error() }
      }
    }
  }

  /// Returns a stream of the same chunks that calls `progress` for each chunk with the total number
  /// of bytes read so far.
  public func reporting(_ progress: @escaping @Sendable (Int) -> Void) -> ByteStream {
    mapping {
      var count = 0
      return { chunk in
        count += chunk.count
        progress(count)
      }
    }
  }

  /// Returns a stream of the same chunks that passes each one to an observer first. Every reader
  /// has its own observer.
  private func mapping(
    _ makeObserver: @escaping @Sendable () throws -> ([UInt8]) throws -> Void
  ) -> ByteStream {
    ByteStream(length: length, isRepeatable: isRepeatable) {
      let observe = try makeObserver()
      var iterator = makeAsyncIterator()
      return {
        guard let chunk = try await iterator.next() else { return nil }
        try observe(chunk)
        return chunk
      }
    }
  }
}

extension ByteStream: Hashable {
  /// Whether both streams have the same source; their bytes are not compared.
  public static func == (lhs: ByteStream, rhs: ByteStream) -> Bool {
    lhs.source === rhs.source
  }

  /// Hashes the identity of the source.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(source))
  }
}
