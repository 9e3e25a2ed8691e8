import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconSamples
import Testing

/// Checks that changes classified as compatible are: values of one version are validated against
/// the other.
@Suite("Soundness of lexgen diff")
struct EvolutionSoundnessTests {
  static let subject: SampleSubject = "com.example.all"

  /// Valid values of a version: random ones and all boundaries.
  static func samples(_ catalog: CheckedCatalog, _ seed: UInt64) -> [DataValue]? {
    var generator = SampleGenerator(catalog: catalog, seed: seed)
    guard let edges = try? generator.boundaries(subject) else { return nil }
    let random = (0..<20).compactMap { _ in try? generator.valid(subject) }
    return edges.map(\.value) + random
  }

  static func firstInvalid(_ values: [DataValue], _ catalog: Catalog) -> DataValue? {
    values.first { !catalog.validate($0, as: "com.example.all").isEmpty }
  }

  @Test("random single changes are classified soundly")
  func mutations() throws {
    let old = Lexicons.all
    let before = try #require(Self.samples(old, 1))
    var witnessed: Set<String> = []
    var compared = 0
    for seed in 1...300 as ClosedRange<UInt64> {
      var mutator = SchemaMutator(seed: seed)
      let new = mutator.mutated(old)
      let changes = new.catalog.changes(since: old.catalog)
      guard !new.hasErrors, let after = Self.samples(new, seed) else { continue }
      compared += 1
      let rules = Set(changes.map(\.rule))
      func breaks(_ flow: DataFlow) -> Bool {
        rules.contains { $0.effect.classification(in: flow) == .breaking }
      }
      // Clients send old values, which the new schema must accept. Servers return new values, which
      // the old schema must accept. For a record, both apply.
      let refused = Self.firstInvalid(before, new.catalog)
      let surprising = Self.firstInvalid(after, old.catalog)
      let comment = "\(mutator.log): \(rules.map(\.id).sorted())"
      if !breaks(.request) { #expect(refused == nil, "\(comment)") }
      if !breaks(.response) { #expect(surprising == nil, "\(comment)") }
      if !breaks(.shared) { #expect(refused == nil && surprising == nil, "\(comment)") }
      if rules.count == 1, refused != nil || surprising != nil {
        witnessed.formUnion(rules.map(\.id))
      }
    }
    #expect(compared > 240)
    // For most kinds of changes, at least one change does break a value.
    let expected: Set = [
      "property-required", "property-optional", "required-property-added",
      "required-property-removed", "null-allowed", "null-disallowed", "type-changed",
      "type-opened", "union-closed", "union-opened", "closed-union-member-added", "enum-added",
      "enum-value-added", "enum-value-removed", "const-added", "const-removed", "const-changed",
      "string-length-narrowed", "string-length-widened", "string-graphemes-narrowed",
      "string-graphemes-widened", "integer-range-widened", "bytes-length-narrowed",
      "bytes-length-widened", "array-length-narrowed", "array-length-widened", "format-widened",
      "format-changed", "blob-types-narrowed", "blob-types-widened", "blob-size-widened",
    ]
    #expect(expected.subtracting(witnessed) == [])
  }

  @Test(
    "all samples of a subset format are valid in the superset format",
    arguments: [
      ("did", "at-identifier"), ("handle", "at-identifier"), ("tid", "record-key"),
      ("nsid", "record-key"), ("handle", "record-key"),
    ]
  )
  func formats(_ part: String, _ whole: String) throws {
    func catalog(_ format: String) -> CheckedCatalog {
      let text = #"""
        {"lexicon":1,"id":"com.example.all","defs":{"main":{"type":"object","required":["x"],
        "properties":{"x":{"type":"string","format":"\#(format)"}}}}}
        """#
      return CheckedCatalog.check([SourceFile(path: "a.json", bytes: Array(text.utf8))])
    }
    let (old, new) = (catalog(part), catalog(whole))
    #expect(new.catalog.changes(since: old.catalog).map(\.rule.id) == ["format-widened"])
    let values = try #require(Self.samples(old, 3))
    #expect(Self.firstInvalid(values, new.catalog) == nil)
    #expect(Self.firstInvalid(try #require(Self.samples(new, 3)), old.catalog) != nil)
  }
}
