import Testing

@testable import ATProtoSyntax

@Suite struct Base32Tests {
  /// RFC 4648, section 10: test vectors, in lowercase and without padding.
  @Test(
    "bytes are written in lowercase without padding",
    arguments: [
      ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"),
      ("fooba", "mzxw6ytb"), ("foobar", "mzxw6ytboi"),
    ]
  )
  func encode(text: String, base32: String) {
    #expect(Base32.encode([UInt8](text.utf8)) == base32)
  }

  @Test("each character has its value at each position in a group")
  func everyValueAtEveryPosition() throws {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    for place in 0..<8 {
      for (value, character) in alphabet.enumerated() {
        let shift = UInt64(8 * place)
        let characters =
          0x6161_6161_6161_6161 & ~(0xFF << shift) | UInt64(character) << shift
        let group = UInt64(value) << UInt64(35 - 5 * place)
        #expect(Base32.group(ofCharacters: characters) == group)
        #expect(Base32.characters(ofGroup: group) == characters)
      }
    }
  }

  @Test("a character outside the alphabet is rejected at each position in a group")
  func foreignCharacters() {
    let alphabet = Set("abcdefghijklmnopqrstuvwxyz234567".utf8)
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        let shift = UInt64(8 * place)
        let characters = 0x6161_6161_6161_6161 & ~(0xFF << shift) | UInt64(byte) << shift
        #expect(
          (Base32.group(ofCharacters: characters) != nil) == alphabet.contains(byte),
          "\(byte) at \(place)"
        )
      }
    }
  }
}

@Suite struct Base64Tests {
  /// RFC 4648, section 10.
  @Test(
    "bytes are written with padding if the policy requires it, and read back by each policy",
    arguments: [
      ("", "", ""), ("f", "Zg", "Zg=="), ("fo", "Zm8", "Zm8="), ("foo", "Zm9v", "Zm9v"),
      ("foob", "Zm9vYg", "Zm9vYg=="), ("fooba", "Zm9vYmE", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy", "Zm9vYmFy"),
    ]
  )
  func vectors(text: String, plain: String, padded: String) {
    let bytes = [UInt8](text.utf8)
    for policy in [Base64.standard, .url, .dataModel, .http] {
      #expect(policy.encode(bytes) == plain)
      #expect(policy.decode(plain) == bytes)
    }
    #expect(Base64.padded.encode(bytes) == padded)
    for policy in [Base64.padded, .dataModel, .http] { #expect(policy.decode(padded) == bytes) }
  }

  /// How each policy decodes a string; nil if it rejects it.
  struct Acceptance: Sendable, CustomTestStringConvertible {
    var text: String
    var standard: [UInt8]?
    var padded: [UInt8]?
    var url: [UInt8]?
    var dataModel: [UInt8]?
    var http: [UInt8]?

    var testDescription: String { text.debugDescription }
  }

  @Test(
    "padding, trailing bits, and alphabet are accepted according to the policy",
    arguments: [
      // Padding that completes a group.
      Acceptance(text: "Zg==", padded: [0x66], dataModel: [0x66], http: [0x66]),
      Acceptance(
        text: "Zm8=",
        padded: [0x66, 0x6f],
        dataModel: [0x66, 0x6f],
        http: [0x66, 0x6f]
      ),
      // Padding that does not.
      Acceptance(text: "Zg=", http: [0x66]),
      Acceptance(text: "Zm9v=", http: [0x66, 0x6f, 0x6f]),
      Acceptance(text: "Zm9v==", http: [0x66, 0x6f, 0x6f]),
      Acceptance(text: "=", http: []),
      Acceptance(text: "==", http: []),
      Acceptance(text: "Zm9v===="), Acceptance(text: "Zg==="), Acceptance(text: "===="),
      Acceptance(text: "Z==="), Acceptance(text: "Zg==Zg=="), Acceptance(text: "Z=g="),
      // Missing padding.
      Acceptance(
        text: "Zg",
        standard: [0x66],
        url: [0x66],
        dataModel: [0x66],
        http: [0x66]
      ),
      // Bits after the last byte.
      Acceptance(text: "Zh", dataModel: [0x66], http: [0x66]),
      Acceptance(text: "Zh==", dataModel: [0x66], http: [0x66]),
      Acceptance(text: "Zm9", dataModel: [0x66, 0x6f], http: [0x66, 0x6f]),
      // Alphabets.
      Acceptance(
        text: "+/+/",
        standard: [0xfb, 0xff, 0xbf],
        padded: [0xfb, 0xff, 0xbf],
        dataModel: [0xfb, 0xff, 0xbf],
        http: [0xfb, 0xff, 0xbf]
      ),
      Acceptance(text: "-_-_", url: [0xfb, 0xff, 0xbf]),
      // A length that no byte string encodes to, white space, other bytes.
      Acceptance(text: "Z"), Acceptance(text: "Zm9vZ"), Acceptance(text: "Zg\n"),
      Acceptance(text: " Zg"), Acceptance(text: "Zm 9v"), Acceptance(text: "Zé"),
      Acceptance(text: "Zg\0\0"), Acceptance(text: "Zm9\u{7f}"),
    ]
  )
  func acceptance(_ expected: Acceptance) {
    #expect(Base64.standard.decode(expected.text) == expected.standard)
    #expect(Base64.padded.decode(expected.text) == expected.padded)
    #expect(Base64.url.decode(expected.text) == expected.url)
    #expect(Base64.dataModel.decode(expected.text) == expected.dataModel)
    #expect(Base64.http.decode(expected.text) == expected.http)
    #expect(Base64.url.decode(expected.text[...]) == expected.url)
  }

  @Test("each character has its value in both alphabets")
  func everyCharacter() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    // All values from 0 to 63, six bits each.
    var bytes: [UInt8] = []
    for value in stride(from: UInt32(0), to: 64, by: 4) {
      let group = value << 18 | (value + 1) << 12 | (value + 2) << 6 | (value + 3)
      bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: group >> $0) }
    }
    #expect(Base64.standard.encode(bytes) == letters + "+/")
    #expect(Base64.url.encode(bytes) == letters + "-_")
    #expect(Base64.standard.decode(letters + "+/") == bytes)
    #expect(Base64.url.decode(letters + "-_") == bytes)
  }

  @Test("byte strings of any length round-trip")
  func everyLength() {
    for count in 0...100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count &* 7) }
      for policy in [Base64.standard, .padded, .url, .dataModel, .http] {
        let text = policy.encode(bytes)
        #expect(policy.decode(text) == bytes)
      }
    }
  }
}

@Suite struct Base58Tests {
  /// draft-msporny-base58, test vectors, and leading zeros.
  @Test(
    "bytes are encoded and decoded, including leading zeros",
    arguments: [
      ("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U"),
      ("0000287fb4cd", "11233QC4"),
      ("", ""), ("00", "1"), ("0000", "11"), ("ff", "5Q"),
    ]
  )
  func vectors(hex: String, text: String) throws {
    let bytes = try #require(Hex.decode(hex))
    #expect(Base58.encode(bytes) == text)
    #expect(Base58.decode(text) == bytes)
    #expect(Base58.decode(text[...]) == bytes)
  }

  @Test(
    "characters outside the alphabet and long strings are rejected",
    arguments: ["0", "O", "I", "l", "é", " 1", String(repeating: "2", count: 257)]
  )
  func rejected(text: String) {
    #expect(Base58.decode(text) == nil)
  }

  @Test("byte strings of any length round-trip")
  func everyLength() {
    for count in 0..<80 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count &* 7) }
      #expect(Base58.decode(Base58.encode(bytes)) == bytes)
    }
  }
}

@Suite struct HexTests {
  @Test("digits of either case are read, and written in the requested case")
  func bothCases() {
    #expect(Hex.decode("00fFA5") == [0x00, 0xff, 0xa5])
    #expect(Hex.encode([0x00, 0xff, 0xa5]) == "00ffa5")
    #expect(Hex.encode([0x00, 0xff, 0xa5], .upper) == "00FFA5")
  }

  @Test(
    "an odd length and characters that are not digits are rejected",
    arguments: ["0", "0g", "g0", "0x", " 0", "٠٠", "００"]
  )
  func rejected(text: String) {
    #expect(Hex.decode(text) == nil)
  }

  @Test("each byte round-trips")
  func everyByte() {
    let bytes = Array(UInt8.min...UInt8.max)
    #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    #expect(Hex.decode(Hex.encode(bytes, .upper)) == bytes)
  }
}

@Suite struct PercentEncodingTests {
  @Test("everything except unreserved characters is encoded, in uppercase")
  func encodedText() {
    var bytes = [UInt8]("?".utf8)
    PercentEncoding.append("aZ09-._~ +%/é", to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "?aZ09-._~%20%2B%25%2F%C3%A9")
  }

  @Test(
    "a form value is decoded, with + as a space",
    arguments: [
      ("", ""), ("a+b", "a b"), ("%2b%2B", "++"), ("%c3%A9", "é"), ("a%00b", "a\0b"), ("é", "é"),
    ]
  )
  func decodeForm(text: String, expected: String) {
    #expect(PercentEncoding.decodeForm(text[...].utf8) == [UInt8](expected.utf8))
  }

  @Test(
    "a percent sign without two digits is rejected",
    arguments: ["%", "a%", "%2", "%2g", "%g2", "%%20", "%+2"]
  )
  func rejectedForm(text: String) {
    #expect(PercentEncoding.decodeForm(text[...].utf8) == nil)
  }
}

@Suite struct VarintTests {
  @Test(
    "numbers of one to nine bytes are written and read in the shortest form",
    arguments: [
      (0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16384, "808001"),
      (Int.max, "ffffffffffffffff7f"),
    ]
  )
  func shortest(value: Int, hex: String) throws {
    var bytes: [UInt8] = []
    Varint.append(value, to: &bytes)
    #expect(Hex.encode(bytes) == hex)
    let input = bytes + [0xff]
    guard case .value(let read, let byteCount) = Varint.read(input.span) else {
      Issue.record("\(hex) was not read")
      return
    }
    #expect(read == UInt64(value) && byteCount == bytes.count)
  }

  @Test(
    "numbers that are longer than needed or than nine bytes are malformed",
    arguments: ["8000", "ff00", "808000", "ffffffffffffffffff", "80808080808080808001"]
  )
  func malformed(hex: String) throws {
    let bytes = try #require(Hex.decode(hex))
    guard case .malformed = Varint.read(bytes.span) else {
      Issue.record("\(hex) was not rejected")
      return
    }
  }

  @Test("a number whose bytes end early is incomplete", arguments: ["", "80", "ffffffffffffffff"])
  func incomplete(hex: String) throws {
    let bytes = try #require(Hex.decode(hex))
    guard case .incomplete = Varint.read(bytes.span) else {
      Issue.record("\(hex) was not incomplete")
      return
    }
  }
}

@Suite struct MultibaseTests {
  @Test("the digits of base58btc follow its prefix")
  func base58btc() {
    #expect(Multibase.base58btc([0xff]) == "z5Q")
    #expect(Multibase.base58btcDigits("z5Q") == "5Q")
    #expect(Multibase.base58btcDigits("Z5Q") == nil)
    #expect(Multibase.base58btcDigits("m/w") == nil)
    #expect(Multibase.base58btcDigits("") == nil)
  }
}

@Suite struct CodedErrorTests {
  private struct Sample: CodedError {
    enum Code: Hashable, Sendable {
      case first, second
    }

    var code: Code
    var reason: String
  }

  @Test("errors with equal codes are equal and have the same hash, whatever the reason")
  func equality() {
    let error = Sample(code: .first, reason: "a")
    #expect(error == Sample(code: .first, reason: "b"))
    #expect(error != Sample(code: .second, reason: "a"))
    #expect(Set([error, Sample(code: .first, reason: "b")]).count == 1)
  }

  @Test("the description of an error is its reason")
  func description() {
    #expect("\(Sample(code: .first, reason: "cannot read the file"))" == "cannot read the file")
  }

  @Test("an error type can define its own equality")
  func ownEquality() {
    let error = SyntaxError(format: "did", code: .prefix, offset: 0, reason: "a")
    #expect(error == SyntaxError(format: "did", code: .prefix, offset: 3, reason: "b"))
    #expect(error != SyntaxError(format: "nsid", code: .prefix, offset: 0, reason: "a"))
  }
}
