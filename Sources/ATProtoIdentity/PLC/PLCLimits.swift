import ATProtoCrypto
import ATProtoSyntax

/// How large an operation may be that a directory takes in.
///
/// Logs that were accepted before a limit came keep what they hold, so ``PLCLog`` does not look at
/// these.
public struct PLCLimits: Hashable, Sendable {
  /// Bytes of DAG-CBOR, the signature included.
  public var operationSize: Int
  public var rotationKeys: ClosedRange<Int>
  /// Whether a rotation key may be listed twice.
  public var allowsRepeatedRotationKeys: Bool
  public var aliases = 10
  /// UTF-16 units, as the reference implementation counts all lengths.
  public var aliasLength = 258
  public var services = 10
  public var serviceTypeLength = 256
  public var serviceEndpointLength = 512
  public var verificationMethods = 10
  public var idLength = 32
  public var keyLength = 256

  /// What the directory at plc.directory accepts (the constraints of did-method-plc's server): less
  /// bytes than the 7500 of the specification, and rotation keys that the specification would not
  /// allow.
  public static let directory = PLCLimits(
    operationSize: 4000,
    rotationKeys: 0...10,
    allowsRepeatedRotationKeys: true
  )

  /// What the specification wants of an operation and every directory accepts: "at least 1 key and
  /// at most 5 keys, with no duplication". For operations of our own.
  public static let author = PLCLimits(
    operationSize: 4000,
    rotationKeys: 1...5,
    allowsRepeatedRotationKeys: false
  )

  /// The text of the specification: up to 7500 bytes.
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

  public func check(_ operation: PLCOperation) throws(PLCError) {
    try require(operation.block.count <= operationSize, "more than \(operationSize) bytes")
    guard case .operation(let data) = operation.content else {
      // "Do not use the deprecated/legacy operation format for new DID creations".
      guard case .tombstone = operation.content else {
        throw PLCError(.malformed, "the legacy form is not taken in any more")
      }
      return
    }
    try checkKeys(data)
    try require(data.alsoKnownAs.count <= aliases, "more than \(aliases) aliases")
    try require(Set(data.alsoKnownAs).count == data.alsoKnownAs.count, "an alias twice")
    for alias in data.alsoKnownAs { try require(alias, aliasLength, "an alias") }
    try require(data.services.count <= services, "more than \(services) services")
    for (id, service) in data.services {
      try require(id, idLength, "the id of a service")
      try require(service.type, serviceTypeLength, "the type of a service")
      try require(service.endpoint, serviceEndpointLength, "the endpoint of a service")
    }
  }

  private func checkKeys(_ data: PLCData) throws(PLCError) {
    try require(
      rotationKeys.contains(data.rotationKeys.count),
      "not \(rotationKeys.lowerBound) to \(rotationKeys.upperBound) rotation keys"
    )
    let isDistinct = Set(data.rotationKeys).count == data.rotationKeys.count
    try require(allowsRepeatedRotationKeys || isDistinct, "a rotation key twice")
    for key in data.rotationKeys where (try? PublicKey(didKey: key)) == nil {
      throw PLCError(.malformed, "no rotation key of K-256 or P-256: \(key.prefix(80))")
    }
    try require(
      data.verificationMethods.count <= verificationMethods,
      "more than \(verificationMethods) verification methods"
    )
    for (id, key) in data.verificationMethods {
      try require(id, idLength, "the id of a verification method")
      try require(key, keyLength, "a verification method")
      // "They must have a `did:key:` prefix, followed by a `base58btc` multibase string."
      guard key.hasPrefix("did:key:z"), Base58.decode(key.dropFirst(9)) != nil else {
        throw PLCError(.malformed, "no did:key: \(key.prefix(80))")
      }
    }
  }

  private func require(_ text: String, _ maximum: Int, _ what: String) throws(PLCError) {
    try require(text.utf16.count <= maximum, "\(what) is longer than \(maximum)")
  }

  private func require(_ condition: Bool, _ reason: String) throws(PLCError) {
    if !condition { throw PLCError(.excess, reason) }
  }
}
