import ATProtoData
import Testing

@Suite struct CIDTests {
  static let texts: [(String, UInt64, UInt64, Bool)] = [
    ("bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a", 0x71, 0x12, true),
    ("bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity", 0x55, 0x12, true),
    ("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi", 0x70, 0x12, false),
    ("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", 0x70, 0x12, false),
    // The identity hash of the empty byte string.
    ("bafkqaaa", 0x55, 0x00, false),
  ]

  @Test("a CID string is parsed and written back", arguments: texts)
  func text(_ text: String, _ codec: UInt64, _ hash: UInt64, _ isBlessed: Bool) throws {
    let cid = try CID(text)
    #expect(cid.string == text)
    #expect(cid.codec.rawValue == codec)
    #expect(cid.hashCode == hash)
    #expect(cid.isBlessed == isBlessed)
    #expect(cid.version == (text.hasPrefix("Q") ? 0 : 1))
    #expect(try CID(bytes: cid.bytes) == cid)
    #expect(cid.digest == Array(cid.bytes.suffix(cid.digest.count)))
  }

  @Test(
    "strings and bytes that are not a CID are rejected",
    arguments: [
      "", "b", "Qm", ".", "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2",
      "Bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
      "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2b",
      "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2aa",
      "bAFYREIDFAYVFUWQA7QLNOPDJIQRXZS6BLMOEU4RUJCJTNCI5BELUDIRZ2A",
      "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR10",
      "zdj7WhuEjrB52m1BisYCtmjH1hSKa7yZ3jEZ9JcXaFRD51wVz",
    ]
  )
  func notACID(_ text: String) {
    #expect(throws: DataError(code: .malformedCID, offset: 0, reason: "")) { try CID(text) }
  }

  @Test("CIDs are ordered by their bytes")
  func order() throws {
    let digests = [0, 1, 0x7F, 0x80, 0xFF].map { [UInt8](repeating: 0, count: 31) + [$0] }
    let raw = digests.map { CID(codec: .raw, sha256Digest: $0) }
    let nodes = digests.map { CID(codec: .dagCBOR, sha256Digest: $0) }
    #expect((nodes + raw).sorted() == raw + nodes)
    let foreign = try CID("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n")
    #expect(nodes[0] < foreign)
    #expect(raw[0].bytes == [1, 0x55, 0x12, 0x20] + digests[0])
  }
}
