import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import ATProtoLabels

@Suite struct LabelStateTests {
  private static let labeler = TestLabeler()

  private static func label(
    _ second: Int,
    cid: CID? = nil,
    isNegation: Bool = false,
    signature: UInt8 = 0
  ) -> Label {
    var label = labeler.label(cid: cid, isNegation: isNegation, at: Sample.time(second))
    // Different labels have different signatures.
    label.sig = Bytes([signature, isNegation ? 1 : 0] + (cid?.digest.prefix(1) ?? []))
    return label
  }

  private static func state(_ labels: [Label]) -> LabelState {
    var state = LabelState()
    for label in labels { state.apply(label) }
    return state
  }

  @Test(arguments: 0..<200)
  func newestTimeWinsInAnyOrder(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let cids = [nil, Sample.cid(1), Sample.cid(2), Sample.cid(3)]
    let labels = (0..<Int.random(in: 1...12, using: &random)).map { _ in
      Self.label(
        Int.random(in: 0..<5, using: &random),
        cid: cids.randomElement(using: &random)!,
        isNegation: Int.random(in: 0..<4, using: &random) == 0,
        signature: UInt8.random(in: 0..<3, using: &random)
      )
    }
    let expected = Model(labels).labels
    for _ in 0..<10 {
      let order = labels.shuffled(using: &random)
      #expect(Set(Self.state(order).labels) == expected, "\(order)")
    }
  }

  /// The definition of the state, over all labels at once.
  private struct Model {
    let labels: Set<Label>

    init(_ all: [Label]) {
      func latest(_ labels: [Label]) -> Label? {
        labels.max { first, second in
          if first.cts != second.cts { return first.cts.string < second.cts.string }
          return first.sig!.array.lexicographicallyPrecedes(second.sig!.array)
        }
      }
      let negation = latest(all.filter { $0.neg == true })
      let standing = all.filter { label in
        label.neg != true && negation.map { $0.cts.string < label.cts.string } != false
      }
      let versions = Dictionary(grouping: standing, by: \.cid).values.compactMap(latest)
      labels = Set(versions + (negation.map { [$0] } ?? []))
    }
  }

  @Test func negationCoversAllVersions() {
    var state = Self.state([
      Self.label(1, cid: Sample.cid(1)), Self.label(2, cid: Sample.cid(2)), Self.label(3),
    ])
    #expect(state.labels.count == 3)
    let negation = Self.label(3, cid: Sample.cid(1), isNegation: true)
    state.apply(negation)
    #expect(state.labels == [negation])
    // What is older than the negation stays away, and what is newer counts.
    state.apply(Self.label(2, cid: Sample.cid(3)))
    #expect(state.labels == [negation])
    let newer = Self.label(4, cid: Sample.cid(2))
    state.apply(newer)
    #expect(state.labels == [newer, negation])
  }

  @Test func knownLabelChangesNothing() {
    let label = Self.label(1)
    var state = Self.state([label])
    let results = [state.apply(label), state.apply(Self.label(0)), state.apply(Self.label(2))]
    #expect(results == [false, false, true])
    #expect(state.labels == [Self.label(2)])
  }

  @Test func latestEightVersionsAreKept() {
    let labels = (1...20).map { Self.label($0, cid: Sample.cid(UInt8($0))) }
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20 {
      let state = Self.state(labels.shuffled(using: &random))
      #expect(state.labels == labels.suffix(8).reversed())
    }
  }

  @Test func labelWithoutAValidTimeIsIgnored() {
    var label = Self.label(1)
    label.cts = "later"
    var state = LabelState()
    let isChanged = state.apply(label)
    #expect(!isChanged && state.isEmpty)
  }

  /// Stored labels have no room for anything else.
  @Test func unspecifiedFieldsAreDropped() {
    var label = Self.label(1)
    label.unknownFields = ["padding": .string(String(repeating: "x", count: 100_000))]
    #expect(Self.state([label]).labels == [Self.label(1)])
  }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
