public import ATProtoCrypto
package import ATProtoData
import ATProtoSyntax

/// A public key as a JSON Web Key (RFC 7517) of type `EC`.
///
///     { "kty": "EC", "crv": "P-256" / "secp256k1", "x": base64url, "y": base64url, "kid": text }
///
/// RFC 7518, 6.2.1 defines the members, and RFC 8812, 3.1 the curve secp256k1. Other members are
/// ignored, as RFC 7517, 4 requires.
public struct JWK: Hashable, Sendable {
  /// The size of the largest key that is read, in bytes.
  public static let maximumLength = 4096

  static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 16,
    elements: maximumLength,
    stringLength: maximumLength,
    keyLength: maximumLength
  )

  /// The key.
  public var publicKey: PublicKey
  /// `kid`: the name of the key, or nil if it does not have one.
  public var keyID: String?

  /// Creates a JSON Web Key for a public key.
  public init(_ publicKey: PublicKey, keyID: String? = nil) {
    self.publicKey = publicKey
    self.keyID = keyID
  }

  /// Reads a key from JSON in UTF-8.
  ///
  /// Throws a `CryptoError` if the text is not a JSON object, the type of key or
  /// curve is not supported, the coordinates are not a point on the curve, the key is not for
  /// signatures, or it contains a private key (`d`), which must not be sent.
  public init(json: [UInt8]) throws(CryptoError) {
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: json, limits: Self.limits)
    } catch {
      throw CryptoError(.malformedText, "the key is not a JSON object: \(error)")
    }
    try self.init(value)
  }

  /// Reads a key that is part of a larger document, such as `jwk` in the header of a proof.
  package init(_ value: JSONValue) throws(CryptoError) {
    guard case .object(let members) = value else {
      throw CryptoError(.malformedText, "the key is not a JSON object")
    }
    guard try members.text("kty") == "EC" else {
      throw CryptoError(.unsupportedKeyType, "the type (kty) of the key is not EC")
    }
    guard members["d"] == nil else {
      throw CryptoError(.malformedText, "the key contains a private key (d)")
    }
    let name = try members.text("crv")
    guard let curve = Curve.allCases.first(where: { $0.jwkName == name }) else {
      throw CryptoError(.unsupportedKeyType, "the curve (crv) of the key is not supported")
    }
    if let use = try members.text("use"), use != "sig" {
      throw CryptoError(.unsupportedKeyType, "the use (use) of the key is not sig")
    }
    if let algorithm = try members.text("alg"), algorithm != JWTAlgorithm(curve).rawValue {
      throw CryptoError(.unsupportedKeyType, "the algorithm (alg) does not belong to the curve")
    }
    // RFC 7518, 6.2.1.2: "The length of this octet string MUST be the full size of a coordinate".
    let point = try [0x04] + members.coordinate("x") + members.coordinate("y")
    publicKey = try PublicKey(curve: curve, point: point)
    keyID = try members.text("kid")
  }

  /// The key as a JSON object.
  public var json: String { DataValue.object(members).jsonString() }

  var members: DataObject {
    var members: DataObject = [
      "kty": "EC", "crv": .string(publicKey.curve.jwkName), "x": .string(x), "y": .string(y),
    ]
    members["kid"] = keyID.map(DataValue.string)
    return members
  }

  /// The SHA-256 thumbprint of the key in base64url (RFC 7638), which does not depend on `kid`.
  public var thumbprint: String {
    // RFC 7638, 3.2: the required members, ordered lexicographically, without white space.
    let text = #"{"crv":"\#(publicKey.curve.jwkName)","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
    return Base64.url.encode(SHA256.hash([UInt8](text.utf8)).bytes)
  }

  private var x: String { Base64.url.encode([UInt8](publicKey.uncompressed[1..<33])) }
  private var y: String { Base64.url.encode([UInt8](publicKey.uncompressed[33...])) }
}

extension Curve {
  /// The name of the curve in `crv`.
  fileprivate var jwkName: String {
    switch self {
    case .k256: "secp256k1"
    case .p256: "P-256"
    }
  }
}

extension [String: JSONValue] {
  fileprivate func text(_ name: String) throws(CryptoError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.string else {
      throw CryptoError(.malformedText, "'\(name)' is not a string")
    }
    return text
  }

  fileprivate func coordinate(_ name: String) throws(CryptoError) -> [UInt8] {
    guard let text = try text(name), let bytes = Base64.url.decode(text) else {
      throw CryptoError(.malformedText, "'\(name)' is not base64url")
    }
    guard bytes.count == 32 else {
      throw CryptoError(.wrongLength, "'\(name)' must have 32 bytes, not \(bytes.count)")
    }
    return bytes
  }
}
