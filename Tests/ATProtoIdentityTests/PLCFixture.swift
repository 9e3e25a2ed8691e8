import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax

/// Keys of an identity, and the log of operations signed with them.
struct PLCFixture {
  let recovery = PrivateKey(generating: .p256)
  let rotation = PrivateKey(generating: .k256)
  let signing = PrivateKey(generating: .k256)
  let stranger = PrivateKey(generating: .k256)
  let genesis: PLCOperation
  var log: PLCLog

  init() throws {
    let data = PLCData(
      signingKey: signing.publicKey,
      rotationKeys: [recovery.publicKey, rotation.publicKey],
      handle: "alice.test",
      pds: "https://pds.test"
    )
    genesis = PLCOperation(genesis: data, signedBy: rotation)
    log = PLCLog(of: genesis.did)
    try log.append(genesis, at: Self.time(0))
  }

  static func time(_ seconds: Int64, milliseconds: Int32 = 0) -> Datetime {
    let instant = Datetime.Instant(
      seconds: 1_767_225_600 + seconds,
      nanoseconds: milliseconds * 1_000_000
    )
    return Datetime(instant)!
  }

  /// Appends an update that changes the handle.
  @discardableResult
  mutating func rename(
    _ handle: Handle,
    by key: PrivateKey? = nil,
    at seconds: Int64
  ) throws -> PLCOperation {
    let operation = try log.operation(signedBy: key ?? rotation) { $0.handle = handle }
    try log.append(operation, at: Self.time(seconds))
    return operation
  }
}

/// The code of the error that `body` throws.
func plcCode(_ body: () throws(PLCError) -> Void) -> PLCError.Code? {
  do throws(PLCError) {
    try body()
    return nil
  } catch {
    return error.code
  }
}
