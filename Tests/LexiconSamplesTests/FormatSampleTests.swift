import ATProtoData
import Lexicon
import Testing

@testable import LexiconSamples

@Suite("Samples of string formats") struct FormatSampleTests {
  @Test(arguments: StringSchema.Format.allCases)
  func samplesAreValidOrInvalidAsClaimed(_ format: StringSchema.Format) {
    #expect(format.validSamples.filter { format.fault(in: $0) != nil } == [])
    #expect(format.invalidSamples.filter { format.fault(in: $0) == nil } == [])
    #expect(format.validSamples.count > 1)
    #expect(format.invalidSamples.count > 4)
  }

  @Test(arguments: StringSchema.Format.allCases)
  func textHasTheRequestedLength(in format: StringSchema.Format) {
    var found: [Int] = []
    for length in -1...2_100 {
      guard let text = format.text(ofLength: length) else { continue }
      found.append(length)
      #expect(text.utf8.count == length)
      #expect(format.fault(in: text) == nil, "\(text.prefix(80))")
    }
    let expected =
      switch format {
      case .atIdentifier, .did: Array(7...2_048)
      case .atURI: Array(12...2_053)
      case .cid: [59]
      case .datetime: [20] + Array(22...64)
      case .handle: Array(3...253)
      case .language: Array(3...128)
      case .nsid: Array(5...255)
      case .recordKey: Array(1...512)
      case .spaceRef: Array(26...537)
      case .tid: [13]
      case .uri: Array(3...2_100)
      }
    #expect(found == expected)
  }

  @Test(arguments: [(0, 0), (1, 1), (2, 1), (3, 1), (40, 2), (41, 2), (1_000, 1), (5, 5)])
  func textHasTheRequestedBytesAndGraphemes(_ bytes: Int, _ graphemes: Int) throws {
    let made = try #require(text(bytes, graphemes: graphemes))
    #expect(made.utf8.count == bytes)
    #expect(made.count == graphemes)
  }

  @Test(arguments: [(0, 1), (1, 0), (1, 2), (-1, -1)])
  func impossibleLengthsHaveNoText(_ bytes: Int, _ graphemes: Int) {
    #expect(text(bytes, graphemes: graphemes) == nil)
  }
}
