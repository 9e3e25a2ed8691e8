/// The curves of the protocol (Cryptography specification).
public enum Curve: String, CaseIterable, Hashable, Sendable {
  /// secp256k1, the default for new keys.
  case k256
  /// NIST P-256, `secp256r1`, `prime256v1`.
  case p256

  /// `p256-pub` 0x1200 and `secp256k1-pub` 0xE7, as varints ("Public Key Encoding").
  var publicMulticodec: [UInt8] {
    switch self {
    case .k256: [0xe7, 0x01]
    case .p256: [0x80, 0x24]
    }
  }

  /// `p256-priv` 0x1306 and `secp256k1-priv` 0x1301 of the multicodec table, as varints.
  var privateMulticodec: [UInt8] {
    switch self {
    case .k256: [0x81, 0x26]
    case .p256: [0x86, 0x26]
    }
  }
}
