import ATProtoCrypto
public import ATProtoData
public import ATProtoSyntax

/// A signed PLC operation (did:plc specification, "Operation Serialization, Signing, and Validation").
///
///     unsigned  = DAG-CBOR of the operation without "sig"
///     sig       = base64url( ECDSA-SHA256( unsigned ) )
///     cid       = CID of DAG-CBOR of the operation with "sig"
///     did       = "did:plc:" first 24 characters of base32( SHA-256( DAG-CBOR with "sig" ) )
///
/// The value is kept exactly as it was decoded, because its hash identifies it.
public struct PLCOperation: Hashable, Sendable {
  /// The kinds of operation.
  public enum Content: Hashable, Sendable {
    /// `plc_operation`: the new state.
    case operation(PLCData)
    /// `create`, the legacy format of a first operation, converted to a state.
    case create(PLCData)
    /// `plc_tombstone`: the identity is deactivated.
    case tombstone
  }

  /// The kind of the operation, with its state.
  public let content: Content
  /// The operation that this one follows; nil for the first.
  public let prev: CID?
  /// The whole operation as it was decoded.
  public let value: DataValue
  /// The value in DAG-CBOR, with its signature.
  public let block: [UInt8]
  /// The CID of ``block``.
  public let cid: CID

  /// Reads an operation and checks its fields. ``PLCLog/append(_:at:)`` checks its signature and
  /// position.
  public init(_ value: DataValue) throws(PLCError) {
    switch value["type"]?.string {
    case "plc_operation": (content, prev) = try Self.operation(value)
    case "create": (content, prev) = try Self.create(value)
    case "plc_tombstone":
      let fields = try PLCFields(value, ["type", "prev", "sig"], of: "a plc_tombstone")
      _ = try fields.string("sig")
      content = .tombstone
      prev = try fields.prev()
      if prev == nil { throw PLCError(.malformed, "a plc_tombstone must have a prev") }
    case let type:
      throw PLCError(
        .malformed,
        "the type of the operation is not valid: \(type?.prefix(40) ?? "missing")"
      )
    }
    self.value = value
    block = value.cborBytes()
    cid = CID(codec: .dagCBOR, sha256Digest: SHA256.hash(block).bytes)
  }

  /// The state after the operation; nil after a tombstone.
  public var data: PLCData? {
    switch content {
    case .operation(let data), .create(let data): data
    case .tombstone: nil
    }
  }

  /// The DID that the operation creates if it is the first of an identity.
  public var did: DID {
    let hash = Base32.encode(SHA256.hash(block).bytes)
    guard let did = try? DID("did:plc:\(hash.prefix(24))") else {
      preconditionFailure("base32 is valid in a DID")
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
    // Verifying a signature tries each key. plc.directory accepts ten; it used to accept more.
    guard rotationKeys.count <= 64 else {
      throw PLCError(.excess, "the operation has more than 64 rotation keys")
    }
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

  /// "There is also a deprecated legacy operation format". Its fields, including prefixes of URLs,
  /// are interpreted as in the reference implementation.
  private static func create(_ value: DataValue) throws(PLCError) -> (Content, CID?) {
    let fields = try PLCFields(
      value,
      ["type", "signingKey", "recoveryKey", "handle", "service", "prev", "sig"],
      of: "a create operation"
    )
    _ = try fields.string("sig")
    guard value["prev"] == .null else {
      throw PLCError(.malformed, "a create operation must be the first one")
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
  /// Decodes an operation from JSON.
  public init(json: [UInt8]) throws(PLCError) {
    let value: DataValue
    do {
      value = try DataValue(json: json, limits: Self.limits)
    } catch {
      throw PLCError(.malformed, "the operation is not valid JSON: \(error)")
    }
    try self.init(value)
  }

  /// Decodes an operation from DAG-CBOR.
  public init(block: [UInt8]) throws(PLCError) {
    let value: DataValue
    do {
      value = try DataValue(cbor: block, limits: Self.limits)
    } catch {
      throw PLCError(.malformed, "the operation is not valid DAG-CBOR: \(error)")
    }
    try self.init(value)
  }

  /// More than any PLC directory accepts, and small enough to decode safely.
  private static let limits = DataLimits(inputSize: 256 << 10, depth: 8, elements: 4096)
}
