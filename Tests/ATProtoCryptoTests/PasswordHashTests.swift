import ATProtoSyntax
import Testing

@testable import ATProtoCrypto

@Suite struct PasswordHashTests {
  static let cheap = try! PasswordHash.Parameters(logN: 4, r: 1, p: 1)

  /// RFC 7914, section 12, the first two vectors.
  @Test(
    "scrypt matches the vectors of RFC 7914",
    arguments: [
      (
        "", "", 4, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
          + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
      ),
      (
        "password", "NaCl", 10, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
          + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
      ),
    ]
  )
  func scrypt(
    password: String,
    salt: String,
    logN: Int,
    r: Int,
    p: Int,
    expected: String
  ) throws {
    let parameters = try PasswordHash.Parameters(logN: logN, r: r, p: p)
    let key = Scrypt.derive([UInt8](password.utf8), salt: [UInt8](salt.utf8), parameters, count: 64)
    #expect(Hex.encode(key) == expected)
  }

  @Test("a stored hash contains its parameters and salt, and verifies its password")
  func storesParametersAndSalt() throws {
    let hash = PasswordHash("correct horse", parameters: Self.cheap)
    let stored = hash.stored
    #expect(stored.hasPrefix("$scrypt$ln=4,r=1,p=1$"))
    let read = try PasswordHash(stored: stored)
    #expect(read == hash)
    #expect(read.matches("correct horse"))
    #expect(!read.matches("correct horsf"))
    #expect(!read.matches(""))
    #expect(PasswordHash("correct horse", parameters: Self.cheap).stored != stored)
    #expect(!"\(hash)".contains(stored.suffix(20)))
  }

  @Test("a hash with the standard cost verifies its password")
  func standardCostWorks() throws {
    let hash = PasswordHash("p")
    #expect(hash.parameters == .standard)
    #expect(try PasswordHash(stored: hash.stored).matches("p"))
  }

  static let salt = "c2FsdHNhbHRzYWx0c2FsdA"
  static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  @Test(
    "a string that is not a stored hash in canonical form is rejected",
    arguments: [
      ("", CryptoError.Code.malformedText),
      ("$scrypt$ln=4,r=1,p=1$\(salt)", .malformedText),
      ("$argon2$ln=4,r=1,p=1$\(salt)$\(key)", .malformedText),
      ("$scrypt$r=1,ln=4,p=1$\(salt)$\(key)", .malformedText),
      ("$scrypt$ln=4,r=1$\(salt)$\(key)", .malformedText),
      ("$scrypt$ln=4,r=1,p=1,x=1$\(salt)$\(key)", .malformedText),
      ("$scrypt$ln=4,r=1,p=1$\(salt)$", .malformedText),
      ("$scrypt$ln=4,r=1,p=1$\(salt)$\(key)=", .malformedText),
      ("$scrypt$ln=0,r=1,p=1$\(salt)$\(key)", .unacceptableParameters),
      ("$scrypt$ln=63,r=1,p=1$\(salt)$\(key)", .unacceptableParameters),
      ("$scrypt$ln=20,r=8,p=1$\(salt)$\(key)", .unacceptableParameters),
      ("$scrypt$ln=4,r=-1,p=1$\(salt)$\(key)", .unacceptableParameters),
      ("$scrypt$ln=4,r=1,p=9223372036854775807$\(salt)$\(key)", .unacceptableParameters),
    ]
  )
  func refuses(text: String, code: CryptoError.Code) {
    #expect(throws: CryptoError(code, "")) { try PasswordHash(stored: text) }
  }
}
