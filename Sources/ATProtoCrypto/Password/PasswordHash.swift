import ATProtoSyntax
import CLibCrypto

/// A stored password: scrypt (RFC 7914) with its parameters and salt.
///
///     $scrypt$ln=14,r=8,p=5$<salt>$<hash>
///
/// is its text, with salt and hash in base64 without padding. Creating and checking a hash
/// deliberately takes tens of milliseconds and `128 * r * 2^ln` bytes of memory: do not do it on
/// the thread of an event loop.
public struct PasswordHash: Hashable, Sendable {
  /// The cost: `N = 2^logN` rounds of blocks of `128 r` bytes, `p` times.
  public struct Parameters: Hashable, Sendable {
    /// The binary logarithm of the number of rounds, 1 to 20.
    public var logN: Int
    /// The size of a block in units of 128 bytes, 1 to 32.
    public var r: Int
    /// The number of passes, 1 to 64.
    public var p: Int

    /// Creates parameters.
    ///
    /// Throws ``CryptoError/Code/unacceptableParameters`` if a check would need more than 256 MiB
    /// or more than 2^24 block operations.
    public init(logN: Int, r: Int, p: Int) throws(CryptoError) {
      guard (1...20).contains(logN), (1...32).contains(r), (1...64).contains(p),
        128 * r << logN <= 256 << 20, r * p << logN <= 1 << 24
      else {
        throw CryptoError(
          .unacceptableParameters,
          "unsupported parameters of scrypt: ln=\(logN),r=\(r),p=\(p)"
        )
      }
      self.logN = logN
      self.r = r
      self.p = p
    }

    private init(unchecked logN: Int, _ r: Int, _ p: Int) {
      self.logN = logN
      self.r = r
      self.p = p
    }

    /// 16 MiB and about 0.2 s: the OWASP recommendation with little memory, because logins run
    /// concurrently.
    public static let standard = Parameters(unchecked: 14, 8, 5)
  }

  /// The cost of the hash.
  public let parameters: Parameters
  private let salt: [UInt8]
  private let hash: [UInt8]

  /// Hashes a new password with a random salt of 16 bytes.
  public init(_ password: String, parameters: Parameters = .standard) {
    self.init(password, parameters: parameters, salt: SecureRandom.bytes(16))
  }

  init(_ password: String, parameters: Parameters, salt: [UInt8]) {
    self.parameters = parameters
    self.salt = salt
    hash = Scrypt.derive([UInt8](password.utf8), salt: salt, parameters, count: 32)
  }

  /// Reads the stored text. Throws a ``CryptoError``.
  public init(stored text: String) throws(CryptoError) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard text.utf8.count <= 256, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let salt = Base64.standard.decode(parts[3]), let hash = Base64.standard.decode(parts[4]),
      (8...64).contains(salt.count), (16...64).contains(hash.count)
    else {
      throw CryptoError(.malformedText, "the text is not a stored scrypt hash")
    }
    let names = ["ln=", "r=", "p="]
    let fields = parts[2].split(separator: ",", omittingEmptySubsequences: false)
    let numbers = zip(fields, names).compactMap { field, name in
      field.hasPrefix(name) ? Int(field.dropFirst(name.count)) : nil
    }
    guard fields.count == 3, numbers.count == 3 else {
      throw CryptoError(.malformedText, "scrypt requires ln, r and p")
    }
    parameters = try Parameters(logN: numbers[0], r: numbers[1], p: numbers[2])
    self.salt = salt
    self.hash = hash
    // `Int` also reads numbers with a sign or leading zeros, which are never written.
    guard stored == text else {
      throw CryptoError(
        .malformedText,
        "the text is not the canonical form of a stored scrypt hash"
      )
    }
  }

  /// The text to store; ``init(stored:)`` reads it.
  public var stored: String {
    let cost = "ln=\(parameters.logN),r=\(parameters.r),p=\(parameters.p)"
    return "$scrypt$\(cost)$\(Base64.standard.encode(salt))$\(Base64.standard.encode(hash))"
  }

  /// Whether `password` is the hashed password. Compares in constant time.
  public func matches(_ password: String) -> Bool {
    let candidate = Scrypt.derive(
      [UInt8](password.utf8),
      salt: salt,
      parameters,
      count: hash.count
    )
    return ConstantTime.areEqual(candidate, hash)
  }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
  /// The words "scrypt hash", without the hash.
  public var description: String { "scrypt hash" }
  /// A mirror without the hash, so that `dump` does not print it.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

enum Scrypt {
  static func derive(
    _ password: [UInt8],
    salt: [UInt8],
    _ parameters: PasswordHash.Parameters,
    count: Int
  ) -> [UInt8] {
    var key = [UInt8](repeating: 0, count: count)
    let status = password.withUnsafeBufferPointer { password in
      password.withMemoryRebound(to: CChar.self) { password in
        EVP_PBE_scrypt(
          password.baseAddress,
          password.count,
          salt,
          salt.count,
          1 << UInt64(parameters.logN),
          UInt64(parameters.r),
          UInt64(parameters.p),
          320 << 20,
          &key,
          count
        )
      }
    }
    precondition(status == 1, "scrypt rejected checked parameters")
    return key
  }
}
