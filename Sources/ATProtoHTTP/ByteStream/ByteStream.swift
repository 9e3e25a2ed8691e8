import Synchronization

/// The bytes of a body as they come, in chunks that are not empty: whoever reads sets the pace.
///
/// A stream that comes over a connection can be read once; a second reader gets an error. One that
/// is opened anew for each reader, such as a file, says so with ``isRepeatable``. What the source
/// throws, its readers get; a body that is shorter or longer than its length is an error too, so
/// that none is taken for whole that is not.
public struct ByteStream: AsyncSequence, Sendable {
  public typealias Element = [UInt8]

  /// Gives the next chunk, nil at the end.
  public typealias Pull = () async throws -> [UInt8]?

  private final class Source: Sendable {
    let open: @Sendable () async throws -> Pull
    let isTaken = Atomic(false)

    init(_ open: @escaping @Sendable () async throws -> Pull) {
      self.open = open
    }
  }

  /// In bytes; nil where it is not known before the end.
  public let length: Int?
  /// Whether it can be read more than once, so that a request with it can be sent again.
  public let isRepeatable: Bool
  private let source: Source

  /// - Parameter open: called when somebody begins to read; once, unless the stream is repeatable.
  public init(
    length: Int? = nil,
    isRepeatable: Bool = false,
    open: @escaping @Sendable () async throws -> Pull
  ) {
    self.length = length
    self.isRepeatable = isRepeatable
    source = Source(open)
  }

  public init<Chunks: AsyncSequence & Sendable>(
    _ chunks: Chunks,
    length: Int? = nil
  ) where Chunks.Element == [UInt8] {
    self.init(length: length) {
      var iterator = chunks.makeAsyncIterator()
      return { try await iterator.next() }
    }
  }

  public func makeAsyncIterator() -> Iterator {
    Iterator(stream: self)
  }

  fileprivate func pull() async throws -> Pull {
    if !isRepeatable, source.isTaken.exchange(true, ordering: .relaxed) {
      throw ByteStreamError(code: .alreadyRead, reason: "the stream has been read before")
    }
    return try await source.open()
  }

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

    public mutating func next() async throws -> [UInt8]? {
      let pull: Pull
      switch state {
      case .ended: return nil
      case .open(let opened): pull = opened
      case .unopened: pull = try await stream.pull()
      }
      // Whatever is thrown ends the stream.
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
      ByteStreamError(code: .lengthMismatch, reason: "the stream does not have \(length) bytes")
    }
  }
}

extension ByteStream {
  /// The whole, refused before it is held where it is longer than `maximum`.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    let bounded = bounded(by: maximum) {
      ByteStreamError(code: .tooLong, reason: "the stream is longer than \(maximum) bytes")
    }
    bytes.reserveCapacity(Swift.min(length ?? 0, maximum))
    for try await chunk in bounded { bytes += chunk }
    return bytes
  }

  /// The same chunks, and an error in place of the one that goes beyond `maximum`.
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

  /// The same chunks; `progress` is told of the bytes so far with each one that is read.
  public func reporting(_ progress: @escaping @Sendable (Int) -> Void) -> ByteStream {
    mapping {
      var count = 0
      return { chunk in
        count += chunk.count
        progress(count)
      }
    }
  }

  /// The same chunks, each shown to an observer of its reader's own before it is given.
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

/// The same stream, not the same bytes: nobody can know those.
extension ByteStream: Hashable {
  public static func == (lhs: ByteStream, rhs: ByteStream) -> Bool {
    lhs.source === rhs.source
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(source))
  }
}
