import LexiconSamples
import Testing

@testable import ATProtoData

/// Compares the UTF-8 check with that of the standard library, which is authoritative.
@Suite struct UTF8Tests {
  // Not `#expect`, which costs more than the check itself when repeated a hundred thousand times.
  private static func check(_ bytes: [UInt8]) {
    let expected = String(validating: bytes, as: UTF8.self) != nil
    if bytes.span.raw.isUTF8(0, bytes.count) != expected {
      Issue.record("\(bytes) is \(expected ? "" : "not ")UTF-8")
    }
  }

  /// Every pair of a byte and the next one that a grammar could treat specially, at every position
  /// in a block and across block boundaries.
  @Test(
    "each lead byte accepts the second bytes that RFC 3629 allows",
    arguments: [0, 1, 13, 14, 15, 16, 17, 18, 29, 30, 31, 40]
  )
  func leadsAndTheirSecondBytes(_ place: Int) {
    for lead in UInt8(0x7F)...0xFF {
      for second: UInt8 in [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0, 0xF0] {
        for tails in 0...3 {
          let character = [lead, second] + Array(repeating: 0x80, count: tails)
          let before = [UInt8](repeating: 0x61, count: place)
          Self.check(before + character)
          Self.check(before + character + [UInt8](repeating: 0x61, count: 40))
        }
      }
    }
  }

  private static let scripts = [
    "plain text, no more", "żółć, naïve, Ærøskøbing", "Съешь ещё этих мягких булок",
    "色は匂へど散りぬるを、我が世誰ぞ常ならむ！", "키스의 고유조건은 입술끼리 만나야 한다 힣퟿", "ปวดหัว มาก ๆ",
    "🦋👩‍👩‍👧‍👦🇩🇪 𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}",
  ]

  /// Strings in many scripts, cut anywhere, with up to two bytes changed.
  @Test("the check of cut and changed strings agrees with the standard library")
  func cutAndChangedStrings() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<20_000 {
      let text = (0..<3).map { _ in Self.scripts.randomElement(using: &random) ?? "" }.joined()
      var bytes = Array(text.utf8)
      bytes.removeSubrange(0..<Int.random(in: 0...min(20, bytes.count), using: &random))
      bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
      Self.check(bytes)
    }
  }

  /// Bytes after the range do not belong to the string.
  @Test("bytes after the range do not matter")
  func bytesAfterTheRangeAreIgnored() {
    for script in Self.scripts {
      let bytes = Array((script + script).utf8)
      for end in 0...bytes.count {
        let expected = String(validating: bytes[..<end], as: UTF8.self) != nil
        #expect(bytes.span.raw.isUTF8(0, end) == expected, "\(script) up to \(end)")
      }
    }
  }
}
