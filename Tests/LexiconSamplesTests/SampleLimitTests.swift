import ATProtoData
import Lexicon
import LexiconSamples
import Testing

@Suite("Limits of samples") struct SampleLimitTests {
  static func generator(_ limits: SampleLimits = SampleLimits()) -> SampleGenerator {
    SampleGenerator(catalog: Lexicons.greedy, seed: 1, limits: limits)
  }

  @Test func longTextIsGeneratedOnlyIfTheLimitsAllowIt() throws {
    #expect(Lexicons.greedy.hasErrors == false)
    let subject: SampleSubject = "com.example.greedy#megabyte"
    var small = Self.generator()
    for _ in 0..<50 { #expect(try small.valid(subject).cborBytes().count < 4_000) }
    #expect(try small.boundaries(subject).allSatisfy { $0.value.cborBytes().count < 40_000 })
    #expect(try !small.violations(subject).contains { $0.fault == .constraint("maxLength") })
    var large = Self.generator(SampleLimits(length: 1_000_001, elements: 1_000_001))
    let largest = try large.boundaries(subject).map { $0.value.cborBytes().count }.max()
    #expect(largest ?? 0 > 1_000_000)
    let broken = try large.violations(subject).filter { $0.fault == .constraint("maxLength") }
    #expect(Set(broken.map(\.path)) == ["data", "list", "text"])
  }

  @Test func valueThatMayContainItselfTwiceStaysSmall() throws {
    var generator = Self.generator(SampleLimits(depth: 40))
    for _ in 0..<20 {
      #expect(try generator.valid("com.example.greedy#choosy").cborBytes().count < 40_000)
    }
    #expect(try generator.smallest("com.example.greedy#choosy").cborBytes().count < 200)
    #expect(try !generator.violations("com.example.greedy#choosy").isEmpty)
  }

  @Test(
    arguments: [
      "com.example.greedy#demanding", "com.example.greedy#crowd", "com.example.greedy#double0",
    ] as [SampleSubject]
  )
  func unsatisfiableDefinitionIsAnError(_ subject: SampleSubject) {
    var generator = Self.generator()
    let expected = SampleError(code: .unsatisfiable, reason: "")
    #expect(throws: expected) { try generator.valid(subject) }
    #expect(throws: expected) { try generator.violations(subject) }
  }

  @Test(arguments: [1, 3, 20])
  func recursiveValueRespectsTheDepthLimit(_ depth: Int) throws {
    var generator = Self.generator(SampleLimits(depth: depth, values: 500))
    var deepest = 0
    for _ in 0..<100 {
      let value = try generator.valid("com.example.greedy#tree")
      deepest = max(deepest, levels(value))
      #expect(value.cborBytes().count < 20_000)
    }
    #expect(deepest <= depth)
    #expect(deepest > depth / 2)
  }

  private func levels(_ value: DataValue) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(levels).max() ?? 0)
    case .object(let object): 1 + (object.map { levels($0.value) }.max() ?? 0)
    default: 0
    }
  }

  @Test(arguments: [0, 1, 2, 3])
  func referencesAreFollowedUpToTheLimit(_ references: Int) throws {
    var generator = Self.generator(SampleLimits(references: references))
    let paths = Set(try generator.violations("com.example.greedy#tree").map(\.path))
    #expect(paths.contains("left"))
    #expect(paths.contains("left.right") == (references > 0))
    #expect(paths.contains("left.right.left") == (references > 1))
    #expect(paths.contains("left.right.left.rest[1]") == (references > 2))
  }

  @Test func numberOfSamplesRespectsTheLimit() throws {
    var generator = Self.generator(SampleLimits(samples: 1_000))
    #expect(try generator.boundaries("com.example.greedy#wide").count == 1_000)
    #expect(try generator.violations("com.example.greedy#wide").count <= 1_000)
    generator.limits.references = 12
    #expect(try generator.violations("com.example.greedy#tree").count <= 1_000)
  }
}
