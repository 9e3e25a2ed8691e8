public import ATProtoCrypto
package import ATProtoData

/// The public keys of a client or server (RFC 7517, 5).
///
///     { "keys": [ key … ] }
public struct JWKSet: Hashable, Sendable {
  /// The size of the largest set that is read, in bytes.
  public static let maximumLength = 64 << 10
  /// The most keys that are read, including those that are skipped.
  public static let maximumCount = 64

  static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 16,
    elements: 4096,
    stringLength: maximumLength,
    keyLength: 4096
  )

  /// The keys.
  public var keys: [JWK]

  /// Creates a set of keys.
  public init(_ keys: [JWK]) {
    self.keys = keys
  }

  /// Reads a set from JSON in UTF-8.
  ///
  /// Keys of other types and for other uses are skipped: "Implementations SHOULD ignore JWKs within
  /// a JWK Set that use "kty" … values that are not understood". Throws a
  /// `CryptoError` for a text that is not a set, for keys that are not valid, and
  /// for private and secret keys, which must not be published.
  public init(json: [UInt8]) throws(CryptoError) {
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: json, limits: Self.limits)
    } catch {
      throw CryptoError(.malformedText, "the key set is not a JSON object: \(error)")
    }
    try self.init(value)
  }

  /// Reads a set that is part of a larger document, such as `jwks` of client metadata.
  package init(_ value: JSONValue) throws(CryptoError) {
    guard case .array(let elements)? = value["keys"] else {
      throw CryptoError(.malformedText, "'keys' of the key set is not an array")
    }
    guard elements.count <= Self.maximumCount else {
      throw CryptoError(.wrongLength, "the key set has more than \(Self.maximumCount) keys")
    }
    keys = []
    for (index, element) in elements.enumerated() {
      // RFC 7518, 6.2.2, 6.3.2 and 6.4: private exponents, and the value of a symmetric key.
      guard element["d"] == nil, element["k"] == nil else {
        throw CryptoError(
          .malformedText,
          "key \(index) of the key set contains a private or secret key; publish public keys only"
        )
      }
      do throws(CryptoError) {
        keys.append(try JWK(element))
      } catch {
        if error.code == .unsupportedKeyType { continue }
        throw CryptoError(error.code, "key \(index) of the key set: \(error.reason)")
      }
    }
  }

  /// The keys with a name (`kid`). RFC 7517, 4.5 allows several, of different types.
  public func keys(named keyID: String) -> [JWK] {
    keys.filter { $0.keyID == keyID }
  }

  /// The set as a JSON object.
  public var json: String { DataValue.object(["keys": value]).jsonString() }

  /// The keys as a JSON array.
  var value: DataValue { .array(keys.map { .object($0.members) }) }
}
