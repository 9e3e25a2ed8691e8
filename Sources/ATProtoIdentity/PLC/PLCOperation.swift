import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A signed operation on a `did:plc` identity (did:plc specification, "Operation Serialization,
/// Signing, and Validation").
///
///     unsigned  = DAG-CBOR of the operation without "sig"
///     sig       = base64url( ECDSA-SHA256( unsigned ) )
///     cid       = CID of DAG-CBOR of the operation with "sig"
///     did       = "did:plc:" first 24 characters of base32( SHA-256( DAG-CBOR with "sig" ) )
///
/// The whole value is kept as it came, because its hash names it.
public struct PLCOperation: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// `plc_operation`: what holds from now on.
    case operation(PLCData)
    /// `create`, the legacy form of a first operation, as the data it stands for.
    case create(PLCData)
    /// `plc_tombstone`: the identity is given up.
    case tombstone
  }

  public let content: Content
  /// The operation that this one follows; nil for the first.
  public let prev: CID?
  public let value: DataValue
  /// The value in DAG-CBOR, with its signature.
  public let block: [UInt8]
  public let cid: CID

  /// Reads an operation. Its form is checked, its signature and its place in a log are not: see
  /// ``PLCLog/append(_:at:)``.
  public init(_ value: DataValue) throws(PLCError) {
    switch value["type"]?.string {
    case "plc_operation": (content, prev) = try Self.operation(value)
    case "create": (content, prev) = try Self.create(value)
    case "plc_tombstone":
      let fields = try PLCFields(value, ["type", "prev", "sig"], of: "a plc_tombstone")
      _ = try fields.string("sig")
      content = .tombstone
      prev = try fields.prev()
      if prev == nil { throw PLCError(.malformed, "a plc_tombstone follows no operation") }
    case let type:
      throw PLCError(.malformed, "no type of operation: \(type?.prefix(40) ?? "none")")
    }
    self.value = value
    block = value.cborBytes()
    cid = CID(codec: .dagCBOR, sha256Digest: SHA256.hash(block).bytes)
  }

  /// What holds after the operation; nil after a tombstone.
  public var data: PLCData? {
    switch content {
    case .operation(let data), .create(let data): data
    case .tombstone: nil
    }
  }

  /// The DID that the operation makes if it is the first.
  public var did: DID {
    let hash = Base32.encode(SHA256.hash(block).bytes)
    guard let did = try? DID("did:plc:\(hash.prefix(24))") else {
      preconditionFailure("base32 makes a DID")
    }
    return did
  }

  private static func operation(_ value: DataValue) throws(PLCError) -> (Content, CID?) {
    let name = "a plc_operation"
    let fields = try PLCFields(
      value,
      ["type", "rotationKeys", "verificationMethods", "alsoKnownAs", "services", "prev", "sig"],
      of: name
    )
    _ = try fields.string("sig")
    let rotationKeys = try fields.strings("rotationKeys")
    // Each is tried on a signature. A directory takes ten today, and took more before.
    guard rotationKeys.count <= 64 else { throw PLCError(.excess, "more than 64 rotation keys") }
    let data = PLCData(
      rotationKeys: rotationKeys,
      verificationMethods: try fields.map("verificationMethods") { key throws(PLCError) in
        try fields.string(key, "verificationMethods")
      },
      alsoKnownAs: try fields.strings("alsoKnownAs"),
      services: try fields.map("services") { service throws(PLCError) in
        let fields = try PLCFields(service, ["type", "endpoint"], of: "a service")
        return PLCData.Service(
          type: try fields.string("type"),
          endpoint: try fields.string("endpoint")
        )
      }
    )
    return (.operation(data), try fields.prev())
  }

  /// "There is also a deprecated legacy operation format". What its texts stand for is the reading
  /// of the reference implementation, prefixes of URLs included.
  private static func create(_ value: DataValue) throws(PLCError) -> (Content, CID?) {
    let fields = try PLCFields(
      value,
      ["type", "signingKey", "recoveryKey", "handle", "service", "prev", "sig"],
      of: "a create operation"
    )
    _ = try fields.string("sig")
    guard value["prev"] == .null else {
      throw PLCError(.malformed, "a create operation is the first one")
    }
    let signingKey = try fields.string("signingKey")
    let service = try fields.string("service")
    let handle = try fields.string("handle")
    let scheme = ["http://", "https://"].first(where: handle.hasPrefix) ?? ""
    let hasScheme = service.hasPrefix("http://") || service.hasPrefix("https://")
    var data = PLCData(
      rotationKeys: [try fields.string("recoveryKey"), signingKey],
      verificationMethods: ["atproto": signingKey],
      alsoKnownAs: [handle.hasPrefix("at://") ? handle : "at://\(handle.dropFirst(scheme.count))"]
    )
    data.pds = hasScheme ? service : "https://\(service)"
    return (.create(data), nil)
  }
}

extension PLCOperation {
  public init(json: [UInt8]) throws(PLCError) {
    let value: DataValue
    do {
      value = try DataValue(json: json, limits: Self.limits)
    } catch {
      throw PLCError(.malformed, "not JSON of an operation: \(error)")
    }
    try self.init(value)
  }

  public init(block: [UInt8]) throws(PLCError) {
    let value: DataValue
    do {
      value = try DataValue(cbor: block, limits: Self.limits)
    } catch {
      throw PLCError(.malformed, "not DAG-CBOR of an operation: \(error)")
    }
    try self.init(value)
  }

  /// Beyond what any directory accepts, and small enough to be read without a thought.
  private static let limits = DataLimits(inputSize: 256 << 10, depth: 8, elements: 4096)
}
