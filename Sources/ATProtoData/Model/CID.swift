import ATProtoSyntax

/// A content identifier: the target of a link, identified by the hash of its bytes.
///
///     CIDv1 = version codec multihash          all numbers are varints
///     multihash = hash-code length digest
///
/// The blessed form (data model, "Link and CID Formats") is version 1, codec `dag-cbor` or `raw`,
/// and SHA-256 with 32 bytes; it is stored inline, any other form on the heap. CIDs are ordered by
/// bytes.
public struct CID: Hashable, Sendable {
  /// The encoding of the identified bytes, by multicodec number.
  public struct Codec: RawRepresentable, Hashable, Sendable {
    /// The multicodec number.
    public var rawValue: UInt64

    /// Creates a codec from its multicodec number.
    public init(rawValue: UInt64) {
      self.rawValue = rawValue
    }

    /// DRISL, also known as DAG-CBOR.
    public static let dagCBOR = Codec(rawValue: 0x71)
    /// Bytes of any kind, such as blobs.
    public static let raw = Codec(rawValue: 0x55)
  }

  struct Digest: Hashable {
    // Words in the order of the bytes, the first byte in the highest bits.
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64
  }

  private enum Storage: Hashable {
    case blessed(codec: UInt8, Digest)
    case foreign([UInt8])
  }

  private let storage: Storage

  /// The size of the largest binary CID that the network accepts.
  static let maximumSize = 100

  /// Creates a CID of the blessed form.
  ///
  /// - Precondition: the digest has 32 bytes and the codec is `.dagCBOR` or `.raw`.
  public init(codec: Codec, sha256Digest digest: RawSpan) {
    precondition(digest.byteCount == 32, "a SHA-256 digest must have 32 bytes")
    precondition(codec == .dagCBOR || codec == .raw, "the codec must be dag-cbor or raw")
    storage = .blessed(codec: UInt8(codec.rawValue), Digest(digest, at: 0))
  }

  /// Creates a CID of the blessed form.
  ///
  /// - Precondition: the digest has 32 bytes and the codec is `.dagCBOR` or `.raw`.
  public init(codec: Codec, sha256Digest digest: [UInt8]) {
    self.init(codec: codec, sha256Digest: digest.span.raw)
  }

  /// Reads a binary CID of any version, codec, and hash, which must be all of `bytes`.
  ///
  /// Throws ``DataError/Code/malformedCID``.
  public init(bytes: [UInt8]) throws(DataError) {
    guard let cid = CID(bytes.span.raw, 0, bytes.count) else {
      throw DataError(.malformedCID, at: 0, "not a CID")
    }
    self = cid
  }

  /// Reads a binary CID of any version, codec, and hash, which must be all of `bytes`.
  ///
  /// Throws ``DataError/Code/malformedCID``.
  public init(bytes: RawSpan) throws(DataError) {
    guard let cid = CID(bytes, 0, bytes.byteCount) else {
      throw DataError(.malformedCID, at: 0, "not a CID")
    }
    self = cid
  }

  /// The 36 bytes of a CID in blessed form.
  @inline(__always)
  init?(blessed input: RawSpan, at start: Int) {
    let head = UInt32(truncatingIfNeeded: input.word(start))
    // 01, codec, 12, 20
    guard head == 0x2012_7101 || head == 0x2012_5501 else { return nil }
    storage = .blessed(codec: UInt8(truncatingIfNeeded: head >> 8), Digest(input, at: start + 4))
  }

  init?(_ input: RawSpan, _ start: Int, _ end: Int) {
    if end - start == 36, let cid = CID(blessed: input, at: start) {
      self = cid
      return
    }
    guard end - start <= Self.maximumSize, CIDLayout(input, start, end) != nil else { return nil }
    storage = .foreign(input.array(start, end))
  }

  // MARK: Parts

  /// Whether the CID has the form that the data model requires for new data: version 1, `dag-cbor`
  /// or `raw`, SHA-256.
  public var isBlessed: Bool {
    if case .blessed = storage { true } else { false }
  }

  /// The version, 0 or 1.
  public var version: Int {
    layout?.version ?? 1
  }

  /// The encoding of the identified bytes.
  public var codec: Codec {
    if case .blessed(let codec, _) = storage { return Codec(rawValue: UInt64(codec)) }
    return Codec(rawValue: layout?.codec ?? 0)
  }

  /// The multihash code; 0x12 is SHA-256.
  public var hashCode: UInt64 {
    layout?.hashCode ?? 0x12
  }

  /// The digest, 32 bytes for SHA-256.
  public var digest: [UInt8] {
    let bytes = bytes
    return [UInt8](bytes[(layout?.digestStart ?? 4)...])
  }

  private var layout: CIDLayout? {
    guard case .foreign(let bytes) = storage else { return nil }
    return CIDLayout(bytes.span.raw, 0, bytes.count)
  }

  /// The binary form.
  public var bytes: [UInt8] {
    var output = OutputBytes(capacity: 64)
    appendBytes(to: &output)
    return output.copy()
  }

  func appendBytes(to output: inout OutputBytes) {
    switch storage {
    case .blessed(let codec, let digest):
      output.reserve(40)
      output.put(word: 0x2012_0001 | UInt64(codec) << 8, used: 4)
      output.put(word: digest.a.byteSwapped, used: 8)
      output.put(word: digest.b.byteSwapped, used: 8)
      output.put(word: digest.c.byteSwapped, used: 8)
      output.put(word: digest.d.byteSwapped, used: 8)
    case .foreign(let bytes):
      output.append(bytes.span.raw)
    }
  }

  /// The DAG-CBOR form: tag 42 around the binary form with a zero byte before it.
  func appendLink(to output: inout OutputBytes) {
    output.reserve(48)
    var size = 37
    if case .foreign(let bytes) = storage { size = bytes.count + 1 }
    output.put(word: 0x2AD8, used: 2)
    output.putHead(major: 0x40, UInt64(size))
    output.append(0)
    appendBytes(to: &output)
  }
}

extension CID {
  /// Whether both CIDs have the same bytes.
  public static func == (lhs: CID, rhs: CID) -> Bool {
    lhs.storage == rhs.storage
  }

  /// Hashes half of the digest.
  ///
  /// That is enough: finding two digests that agree in 128 bits takes 2^64 hashes, and the hasher
  /// is seeded.
  public func hash(into hasher: inout Hasher) {
    switch storage {
    case .blessed(_, let digest):
      hasher.combine(digest.a)
      hasher.combine(digest.b)
    case .foreign(let bytes):
      hasher.combine(bytes)
    }
  }
}

extension CID: Comparable {
  /// Orders by the bytes of the binary form.
  public static func < (lhs: CID, rhs: CID) -> Bool {
    switch (lhs.storage, rhs.storage) {
    case (.blessed(let first, let left), .blessed(let second, let right)):
      if first != second { return first < second }
      if left.a != right.a { return left.a < right.a }
      if left.b != right.b { return left.b < right.b }
      if left.c != right.c { return left.c < right.c }
      return left.d < right.d
    default:
      return lhs.bytes.lexicographicallyPrecedes(rhs.bytes)
    }
  }
}

extension CID: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.link()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.link(self)
  }
}

extension CID.Digest {
  @inline(__always)
  init(_ input: RawSpan, at start: Int) {
    a = input.word(start).byteSwapped
    b = input.word(start + 8).byteSwapped
    c = input.word(start + 16).byteSwapped
    d = input.word(start + 24).byteSwapped
  }
}

/// The parts of a well-formed binary CID of any kind.
struct CIDLayout {
  var version: Int
  var codec: UInt64
  var hashCode: UInt64
  var digestStart: Int

  init?(_ input: RawSpan, _ start: Int, _ end: Int) {
    // Version 0 is a bare SHA-256 multihash with the codec `dag-pb`.
    if end - start == 34, input.byte(start) == 0x12, input.byte(start + 1) == 0x20 {
      version = 0
      codec = 0x70
      hashCode = 0x12
      digestStart = 2
      return
    }
    var offset = start
    guard let version = input.varint(&offset, end), version == 1,
      let codec = input.varint(&offset, end),
      let hashCode = input.varint(&offset, end),
      let size = input.varint(&offset, end),
      size == UInt64(end - offset)
    else { return nil }
    self.version = Int(version)
    self.codec = codec
    self.hashCode = hashCode
    digestStart = offset - start
  }
}

extension RawSpan {
  /// Reads the unsigned varint at `offset` and moves past it. Returns nil if it is malformed or
  /// incomplete.
  fileprivate func varint(_ offset: inout Int, _ end: Int) -> UInt64? {
    let bytes = Span<UInt8>(_bytes: slice(offset, end))
    guard case .value(let value, let byteCount) = Varint.read(bytes) else { return nil }
    offset += byteCount
    return value
  }
}
