import Testing

@testable import ATProtoData

@Suite struct CIDBase32Tests {
  /// RFC 4648, section 10: test vectors, in lowercase and without padding.
  @Test(
    "the vectors of RFC 4648 are encoded and decoded",
    arguments: [
      ("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foob", "mzxw6yq"),
      ("fooba", "mzxw6ytb"), ("foobar", "mzxw6ytboi"),
    ]
  )
  func vectors(text: String, base32: String) {
    var output = OutputBytes(capacity: 64)
    output.appendBase32(text.utf8.span.raw)
    #expect(output.text() == base32)
    #expect(decoded(base32) == Array(text.utf8))
  }

  @Test("byte strings of any length round-trip")
  func everyLengthRoundTrips() {
    for count in 0...100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count &* 7) }
      var output = OutputBytes(capacity: 200)
      output.appendBase32(bytes.span.raw)
      #expect(decoded(output.text()) == bytes)
    }
  }

  /// Every byte that is not in the alphabet, at every position in a group.
  @Test("a character outside the alphabet is rejected at any position")
  func foreignCharactersAreRefused() {
    let alphabet = Set("abcdefghijklmnopqrstuvwxyz234567".utf8)
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        var text = Array("mzxw6ytb".utf8)
        text[place] = byte
        var bytes = InlineArray<104, UInt8>(repeating: 0)
        let size = CID.decodeBase32(text.span.raw, from: 0, into: &bytes)
        #expect((size == 5) == alphabet.contains(byte), "\(byte) at \(place)")
      }
    }
  }

  /// Lengths that no byte string encodes to, and nonzero bits after the last byte.
  @Test(
    "impossible lengths and trailing bits are rejected",
    arguments: ["a", "aaa", "aaaaaa", "mz", "mzxr", "mzxw7", "mzxw6yr"]
  )
  func impossibleLengthsAndTrailingBitsAreRefused(text: String) {
    #expect(decoded(text) == nil)
  }

  private func decoded(_ text: String) -> [UInt8]? {
    var bytes = InlineArray<104, UInt8>(repeating: 0)
    let size = CID.decodeBase32(text.utf8.span.raw, from: 0, into: &bytes)
    return size < 0 ? nil : (0..<size).map { bytes[$0] }
  }
}
