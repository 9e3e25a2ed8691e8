import ATProtoData
import LexiconSamples
import SnapshotModule
import Testing

/// Mutated documents: each input is decoded or throws, and what is decoded round-trips.
@Suite struct FuzzTests {
  static let budget = 1_000
  static let check = CodecCheck([ExampleSocial.Post.self, ExampleSocial.Node.self])

  private static func findings(
    _ seed: UInt64,
    in documents: [[UInt8]],
    _ find: ([UInt8]) -> [String]
  ) -> [String] {
    var mutator = ByteMutator(seed: seed)
    var findings: [String] = []
    for _ in 0..<budget {
      let document = documents.randomElement(using: &mutator.random) ?? []
      let other = documents.randomElement(using: &mutator.random) ?? []
      let input = mutator.mutated(document, with: other)
      findings += find(input).map { "\($0): \(hex(input))" }
    }
    return findings
  }

  @Test(
    "mutated DAG-CBOR is rejected or written back unchanged",
    arguments: [1, 2, 3, 4] as [UInt64]
  )
  func cbor(_ seed: UInt64) throws {
    let documents =
      try (RoundTripTests.posts + RoundTripTests.nodes).map { try DataValue(json: $0).cborBytes() }
    #expect(Self.findings(seed, in: documents, Self.check.findings(cbor:)) == [])
  }

  @Test("mutated JSON is rejected or written back equal", arguments: [1, 2, 3, 4] as [UInt64])
  func json(_ seed: UInt64) {
    let documents =
      (RoundTripTests.posts + RoundTripTests.nodes + JSONTests.valid.map(\.0)).map {
        Array($0.utf8)
      }
    #expect(Self.findings(seed, in: documents, Self.check.findings(json:)) == [])
  }
}
