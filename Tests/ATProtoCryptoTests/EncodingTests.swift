import ATProtoCrypto
import Testing

@Suite struct EncodingTests {
  /// RFC 4648, 10, without padding and in lowercase.
  @Test(arguments: [
    ("", "", ""), ("f", "my", "Zg"), ("fo", "mzxq", "Zm8"), ("foo", "mzxw6", "Zm9v"),
    ("foob", "mzxw6yq", "Zm9vYg"), ("fooba", "mzxw6ytb", "Zm9vYmE"),
    ("foobar", "mzxw6ytboi", "Zm9vYmFy"),
  ])
  func base32AndBase64(text: String, base32: String, base64: String) {
    let bytes = [UInt8](text.utf8)
    #expect(Base32.encode(bytes) == base32)
    #expect(Base64.standard.encode(bytes) == base64)
    #expect(Base64.standard.decode(base64) == bytes)
    #expect(Base64.url.decode(base64) == bytes)
  }

  @Test func base64Alphabets() {
    let bytes: [UInt8] = [0xfb, 0xff, 0xbf]
    #expect(Base64.standard.encode(bytes) == "+/+/")
    #expect(Base64.url.encode(bytes) == "-_-_")
  }

  /// Padding, a length that no bytes have, bits after the last byte, white space, the other
  /// alphabet, other letters.
  @Test(arguments: ["Zg==", "Z", "Zh", "Zm9", "Zg\n", " Zg", "+/+/", "Zé", "Zg\0\0"])
  func base64Refuses(text: String) {
    #expect(Base64.url.decode(text) == nil)
  }

  /// draft-msporny-base58, test vectors, and leading zeros.
  @Test(arguments: [
    ("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"),
    ("0000287fb4cd", "11233QC4"),
    ("", ""), ("00", "1"), ("0000", "11"), ("ff", "5Q"),
  ])
  func base58(hex: String, text: String) throws {
    let bytes = try #require(Hex.decode(hex))
    #expect(Base58.encode(bytes) == text)
    #expect(Base58.decode(text) == bytes)
  }

  @Test(arguments: ["0", "O", "I", "l", "é", " 1", String(repeating: "2", count: 257)])
  func base58Refuses(text: String) {
    #expect(Base58.decode(text) == nil)
  }

  @Test func base58RoundTrips() {
    for count in 0..<80 {
      let bytes = SecureRandom.bytes(count)
      #expect(Base58.decode(Base58.encode(bytes)) == bytes)
    }
  }

  @Test func hex() {
    #expect(Hex.decode("00fFA5") == [0x00, 0xff, 0xa5])
    #expect(Hex.encode([0x00, 0xff, 0xa5]) == "00ffa5")
    #expect(Hex.decode("0") == nil)
    #expect(Hex.decode("0g") == nil)
  }
}
