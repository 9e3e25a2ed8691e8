/// The bytes of a body: all at hand, or as they come.
public enum BodyContent: Hashable, Sendable {
  case bytes([UInt8])
  case stream(ByteStream)

  /// Nil where it is not known before the end.
  public var length: Int? {
    switch self {
    case .bytes(let bytes): bytes.count
    case .stream(let stream): stream.length
    }
  }

  /// Nil of a stream: see ``collect(upTo:)``.
  public var bytes: [UInt8]? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  /// Whether it can be read, and so sent, more than once.
  public var isRepeatable: Bool {
    switch self {
    case .bytes: true
    case .stream(let stream): stream.isRepeatable
    }
  }

  /// The whole in memory.
  ///
  /// - Parameter maximum: a longer stream is an error; bytes at hand are given in any case.
  public func collect(upTo maximum: Int) async throws -> [UInt8] {
    switch self {
    case .bytes(let bytes): bytes
    case .stream(let stream): try await stream.collect(upTo: maximum)
    }
  }

  /// For readers that take a body as it comes, whatever it is.
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
