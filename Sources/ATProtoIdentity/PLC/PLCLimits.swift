import ATProtoCrypto
import ATProtoSyntax

/// Limits on new operations.
///
/// Existing logs may have operations from before a limit was introduced, so ``PLCLog`` does not check
/// them.
public struct PLCLimits: Hashable, Sendable {
  /// The size in bytes of DAG-CBOR, including the signature.
  public var operationSize: Int
  /// The number of rotation keys.
  public var rotationKeys: ClosedRange<Int>
  /// Whether a rotation key may be listed twice.
  public var allowsRepeatedRotationKeys: Bool
  /// The most aliases in `alsoKnownAs`.
  public var aliases = 10
  /// The longest alias, in UTF-16 code units, as are all lengths in the reference implementation.
  public var aliasLength = 258
  /// The most services.
  public var services = 10
  /// The longest type of a service.
  public var serviceTypeLength = 256
  /// The longest URL of a service.
  public var serviceEndpointLength = 512
  /// The most verification methods.
  public var verificationMethods = 10
  /// The longest fragment of a service or verification method.
  public var idLength = 32
  /// The longest `did:key`.
  public var keyLength = 256

  /// The limits of plc.directory, which runs did-method-plc's server: fewer bytes than the 7500 of
  /// the specification, but also numbers of rotation keys that the specification does not allow.
  public static let directory = PLCLimits(
    operationSize: 4000,
    rotationKeys: 0...10,
    allowsRepeatedRotationKeys: true
  )

  /// The limits for operations that this package creates, which satisfy the specification and every
  /// PLC directory: "at least 1 key and at most 5 keys, with no duplication".
  public static let author = PLCLimits(
    operationSize: 4000,
    rotationKeys: 1...5,
    allowsRepeatedRotationKeys: false
  )

  /// The limits of the specification: up to 7500 bytes.
  public static let specification = PLCLimits(
    operationSize: 7500,
    rotationKeys: 1...5,
    allowsRepeatedRotationKeys: false
  )

  private init(
    operationSize: Int,
    rotationKeys: ClosedRange<Int>,
    allowsRepeatedRotationKeys: Bool
  ) {
    self.operationSize = operationSize
    self.rotationKeys = rotationKeys
    self.allowsRepeatedRotationKeys = allowsRepeatedRotationKeys
  }

  /// Checks an operation.
  ///
  /// - Throws: ``PLCError/Code/excess`` if it exceeds a limit, ``PLCError/Code/malformed`` if it uses the
  ///   legacy format or an invalid key.
  public func check(_ operation: PLCOperation) throws(PLCError) {
    try require(
      operation.block.count <= operationSize,
      "the operation is larger than \(operationSize) bytes"
    )
    guard case .operation(let data) = operation.content else {
      // "Do not use the deprecated/legacy operation format for new DID creations".
      guard case .tombstone = operation.content else {
        throw PLCError(.malformed, "the legacy format is no longer accepted")
      }
      return
    }
    try checkKeys(data)
    try require(data.alsoKnownAs.count <= aliases, "the operation has more than \(aliases) aliases")
    try require(
      Set(data.alsoKnownAs).count == data.alsoKnownAs.count,
      "alsoKnownAs has a duplicate"
    )
    for alias in data.alsoKnownAs { try require(alias, aliasLength, "an alias") }
    try require(data.services.count <= services, "the operation has more than \(services) services")
    for (id, service) in data.services {
      try require(id, idLength, "the id of a service")
      try require(service.type, serviceTypeLength, "the type of a service")
      try require(service.endpoint, serviceEndpointLength, "the endpoint of a service")
    }
  }

  private func checkKeys(_ data: PLCData) throws(PLCError) {
    try require(
      rotationKeys.contains(data.rotationKeys.count),
      "the operation must have \(rotationKeys.lowerBound) to \(rotationKeys.upperBound) rotation keys"
    )
    let isDistinct = Set(data.rotationKeys).count == data.rotationKeys.count
    try require(allowsRepeatedRotationKeys || isDistinct, "rotationKeys has a duplicate")
    for key in data.rotationKeys where (try? PublicKey(didKey: key)) == nil {
      throw PLCError(.malformed, "\(key.prefix(80)) is not a valid K-256 or P-256 rotation key")
    }
    try require(
      data.verificationMethods.count <= verificationMethods,
      "the operation has more than \(verificationMethods) verification methods"
    )
    for (id, key) in data.verificationMethods {
      try require(id, idLength, "the id of a verification method")
      try require(key, keyLength, "a verification method")
      // "They must have a `did:key:` prefix, followed by a `base58btc` multibase string."
      guard key.hasPrefix("did:key:z"), Base58.decode(key.dropFirst(9)) != nil else {
        throw PLCError(.malformed, "\(key.prefix(80)) is not a valid did:key")
      }
    }
  }

  private func require(_ text: String, _ maximum: Int, _ what: String) throws(PLCError) {
    try require(text.utf16.count <= maximum, "\(what) is longer than \(maximum) characters")
  }

  private func require(_ condition: Bool, _ reason: String) throws(PLCError) {
    if !condition { throw PLCError(.excess, reason) }
  }
}
