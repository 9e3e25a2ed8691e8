import ATProtoCrypto
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4 examples.
  @Test(
    "SHA-256 matches the published vectors",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
  )
  func sha256(text: String, expected: String) {
    let bytes = [UInt8](text.utf8)
    #expect(SHA256.hash(bytes).description == expected)
    #expect(SHA256.hash(text).description == expected)
    #expect(SHA256.hash(bytes.span.bytes).description == expected)

    var hasher = SHA256()
    for start in stride(from: 0, to: bytes.count, by: 1000) {
      hasher.update([UInt8](bytes[start..<min(start + 1000, bytes.count)]))
    }
    #expect(hasher.finalize().description == expected)
    // The hasher starts over.
    hasher.update(bytes)
    #expect(hasher.finalize().description == expected)
  }

  @Test("digests are ordered by their bytes")
  func digestsAreOrderedByTheirBytes() throws {
    let digests = (0..<200).map { SHA256.hash([UInt8($0)]) }
    let byWords = digests.sorted().map(\.bytes)
    let byBytes = digests.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
    #expect(byWords == byBytes)
    for digest in digests { #expect(SHA256Digest(digest.bytes) == digest) }
    #expect(SHA256Digest([UInt8](repeating: 0, count: 31)) == nil)
  }

  @Test(
    "leading zero bits are counted",
    arguments: [0, 1, 7, 8, 63, 64, 65, 127, 128, 200, 255, 256]
  )
  func leadingZeroBits(count: Int) throws {
    var bytes = [UInt8](repeating: 0, count: 32)
    if count < 256 { bytes[count / 8] = 0x80 >> UInt8(count % 8) }
    let digest = try #require(SHA256Digest(bytes))
    #expect(digest.leadingZeroBitCount == count)
  }

  @Test("threads hash concurrently")
  func threadsHashConcurrently() async {
    let expected = (0..<64).map { SHA256.hash([UInt8](repeating: UInt8($0), count: 5000)) }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<64).allSatisfy {
            SHA256.hash([UInt8](repeating: UInt8($0), count: 5000)) == expected[$0]
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  /// RFC 4231, test cases 1 to 3, 6 and 7.
  @Test(
    "HMAC-SHA-256 matches the vectors of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), [UInt8]("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        [UInt8]("Jefe".utf8), [UInt8]("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        [UInt8](
          """
          This is a test using a larger than block-size key and a larger than block-size data. \
          The key needs to be hashed before being used by the HMAC algorithm.
          """.utf8
        ),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ]
  )
  func hmac(key: [UInt8], message: [UInt8], expected: String) {
    let tag = HMACSHA256.authenticate(message, key: key)
    #expect(tag.description == expected)
    #expect(HMACSHA256.isValid(tag.bytes, for: message, key: key))
    #expect(!HMACSHA256.isValid([UInt8](tag.bytes.dropLast()), for: message, key: key))
    #expect(!HMACSHA256.isValid(tag.bytes, for: message + [0], key: key))
  }

  @Test("random bytes differ")
  func randomBytesDiffer() {
    #expect(SecureRandom.bytes(0) == [])
    #expect(SecureRandom.bytes(32).count == 32)
    #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    #expect(SecureRandom.base32(10).utf8.count == 16)
  }

  @Test("constant-time comparison agrees with ==")
  func constantTimeEquality() {
    #expect(ConstantTime.areEqual("", ""))
    #expect(ConstantTime.areEqual("secret", "secret"))
    #expect(!ConstantTime.areEqual("secret", "secreT"))
    #expect(!ConstantTime.areEqual("secret", "secret1"))
  }
}
