/// The bytes of a body: in memory, or read as they arrive.
public enum BodyContent: Hashable, Sendable {
  case bytes([UInt8])
  case stream(ByteStream)

  /// The length in bytes; nil if it is not known before the end.
  public var length: Int? {
    switch self {
    case .bytes(let bytes): bytes.count
    case .stream(let stream): stream.length
    }
  }

  /// The bytes in memory; nil for a stream, which ``collect(upTo:)`` reads.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  /// Whether the body can be read, and therefore sent, more than once.
  public var isRepeatable: Bool {
    switch self {
    case .bytes: true
    case .stream(let stream): stream.isRepeatable
    }
  }

  /// Reads the whole body into memory.
  ///
  /// - Parameter maximum: the longest stream to accept; bytes in memory are always returned.
  /// - Throws: ``ByteStreamError/Code/tooLong`` for a longer stream, and errors of its source.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    switch self {
    case .bytes(let bytes): bytes
    case .stream(let stream): try await stream.collect(upTo: maximum)
    }
  }

  /// The body as a stream, even if it is in memory.
  public var stream: ByteStream {
    switch self {
    case .stream(let stream): stream
    case .bytes(let bytes):
      ByteStream(length: bytes.count, isRepeatable: true) {
        var rest = Optional(bytes)
        return {
          defer { rest = nil }
          return rest
        }
      }
    }
  }
}
