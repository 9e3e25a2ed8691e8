import ATProtoSyntax

/// The 32 bytes of a SHA-256 digest.
///
/// Stored as four words, most significant byte first, so that it needs no allocation and comparing
/// it and counting its leading zeros happen in registers.
public struct SHA256Digest: Hashable, Sendable {
  /// The number of bytes, 32.
  public static let byteCount = 32

  package var words: (UInt64, UInt64, UInt64, UInt64)

  /// Reads 32 bytes; `bytes` holds at least as many.
  init(unchecked bytes: UnsafeRawPointer) {
    words = (
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    )
  }

  /// Creates a digest that was computed elsewhere. Returns nil if `bytes` does not have 32 bytes.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self = bytes.withUnsafeBytes { SHA256Digest(unchecked: $0.baseAddress!) }
  }

  /// The bytes of the digest.
  public var bytes: [UInt8] {
    withUnsafeBytes { [UInt8]($0) }
  }

  /// The number of zero bits before the first one bit; 256 for a digest of zeros.
  public var leadingZeroBitCount: Int {
    if words.0 != 0 { return words.0.leadingZeroBitCount }
    if words.1 != 0 { return 64 + words.1.leadingZeroBitCount }
    if words.2 != 0 { return 128 + words.2.leadingZeroBitCount }
    return 192 + words.3.leadingZeroBitCount
  }

  /// Calls `body` with the bytes of the digest, in place.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let ordered = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    return try Swift.withUnsafeBytes(of: ordered, body)
  }

  /// Whether both have the same bytes. Not in constant time.
  public static func == (lhs: SHA256Digest, rhs: SHA256Digest) -> Bool {
    lhs.words == rhs.words
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    // One word of a digest is as random as all of them.
    hasher.combine(words.0)
  }
}

extension SHA256Digest: Comparable {
  /// Orders by bytes.
  public static func < (lhs: SHA256Digest, rhs: SHA256Digest) -> Bool {
    lhs.words < rhs.words
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// The digest in lowercase hexadecimal.
  public var description: String { Hex.encode(bytes) }
}
