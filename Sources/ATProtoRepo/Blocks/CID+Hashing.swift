public import ATProtoCrypto
public import ATProtoData

extension CID {
  /// Creates the CID of a DAG-CBOR block: a record, tree node, or commit.
  public init(hashingDAGCBOR block: [UInt8]) {
    self.init(codec: .dagCBOR, digest: SHA256.hash(block))
  }

  /// Creates the CID of a blob.
  public init(hashingRaw bytes: [UInt8]) {
    self.init(codec: .raw, digest: SHA256.hash(bytes))
  }

  /// - Precondition: the codec is `.dagCBOR` or `.raw`.
  public init(codec: Codec, digest: SHA256Digest) {
    self = digest.withUnsafeBytes { CID(codec: codec, sha256Digest: $0.bytes) }
  }

  /// Whether `block` has the hash in this CID; false for hashes other than SHA-256.
  public func identifies(_ block: [UInt8]) -> Bool {
    identifies(block.span.bytes)
  }

  func identifies(_ block: RawSpan) -> Bool {
    if isBlessed { return self == CID(codec: codec, digest: SHA256.hash(block)) }
    return hashCode == 0x12 && digest == SHA256.hash(block).bytes
  }
}
