import ATProtoSyntax
import Testing

/// SplitMix64, so that a failing run can be reproduced.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite struct HostileInputTests {
  /// The reference regular expressions of the specifications, with their length limits.
  @Test(
    "a changed string is valid if and only if the reference expression matches",
    arguments: [
      ("did", #"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"#, 2048),
      (
        "handle",
        #"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"#,
        253
      ),
      (
        "nsid",
        #"[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+"#
          + #"(\.[a-zA-Z]([a-zA-Z0-9]{0,62})?)"#,
        317
      ),
      ("tid", "[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", 13),
    ]
  )
  func mutantsAgreeWithTheReferenceExpression(
    _ name: String,
    _ pattern: String,
    _ maximum: Int
  ) throws {
    let format = AnyFormat.named(name)
    let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
    var random = SeededRandom(seed: 3)
    for _ in 0..<1500 {
      let mutant = mutate(format.seeds.randomElement(using: &random)!, using: &random)
      let expected = mutant.utf8.count <= maximum && mutant.wholeMatch(of: regex) != nil
      #expect(format.accepts(mutant) == expected, "\(mutant.debugDescription)")
    }
  }

  @Test("a changed string is kept unchanged or rejected", arguments: AnyFormat.all)
  func mutantsAreKeptUnchangedOrRefused(_ format: AnyFormat) {
    var random = SeededRandom(seed: 4)
    for _ in 0..<4000 {
      let mutant = mutate(format.seeds.randomElement(using: &random)!, using: &random)
      do throws(SyntaxError) {
        let text = try format.parse(mutant)
        #expect(text == mutant)
      } catch {
        #expect(error.format == format.name)
        #expect((0...mutant.utf8.count).contains(error.offset), "\(mutant.debugDescription)")
      }
    }
  }

  @Test("a changed AT-URI is kept unchanged, and normalization is idempotent")
  func genericATURIsAreKeptUnchangedAndNormalizationIsIdempotent() {
    var random = SeededRandom(seed: 5)
    let seeds = ["at://foo.com/a/../b%41?c#/d", "at://did:plc:abc/com.example.foo/./1"]
    for _ in 0..<4000 {
      let mutant = mutate(seeds.randomElement(using: &random)!, using: &random)
      guard let uri = try? GenericATURI(mutant) else { continue }
      #expect(uri.string == mutant)
      let normalized = uri.normalized
      #expect((try? GenericATURI(normalized.string)) == normalized)
      #expect(normalized.normalized == normalized)
    }
  }

  /// The length is checked first, so a megabyte is rejected for its length, whatever it contains.
  @Test("a string of a megabyte is rejected for its length", arguments: AnyFormat.all)
  func aMegabyteIsRefusedForItsLength(_ format: AnyFormat) {
    for text in format.seeds.map({ $0 + String(repeating: "a", count: 1_000_000) }) {
      #expect { try format.parse(text) } throws: { ($0 as? SyntaxError)?.code == .tooLong }
    }
  }

  /// Makes one to four changes: replaces, inserts, or removes a byte, or duplicates a range.
  private func mutate(_ text: String, using random: inout SeededRandom) -> String {
    let alphabet = Array("abzAZ0279.-_:%/#?~@[] \u{0}\n+=éxT".utf8)
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let index = Int.random(in: 0...bytes.count, using: &random)
      let byte = alphabet.randomElement(using: &random)!
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where index < bytes.count: bytes[index] = byte
      case 1 where index < bytes.count: bytes.remove(at: index)
      case 2 where index < bytes.count: bytes.insert(contentsOf: bytes[index...], at: index)
      default: bytes.insert(byte, at: index)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
