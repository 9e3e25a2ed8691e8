import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconIndex
import LexiconSamples
import Testing

/// Plans of the lexicons that this package has, and of the official ones.
@Suite struct PackagedLexiconTests {
  private static let plan = IndexPlan(Lexicons.packaged.catalog)
  private static let post = NSID("app.bsky.feed.post")

  @Test func everyRecordLexiconHasAPlan() {
    let records = Lexicons.packaged.catalog.documents.filter {
      if case .record? = $0[definition: "main"]?.kind { true } else { false }
    }
    #expect(records.count > 10)
    #expect(Self.plan.collections.map(\.collection) == records.map(\.id.value))
    #expect(Self.plan.collections.allSatisfy { !$0.fields.isEmpty && $0.omittedFields == 0 })
  }

  @Test(arguments: [
    ("text", true), ("langs[]", false), ("tags[]", true), ("reply.root.uri", false),
    ("embed[app.bsky.embed.images].images[].alt", true),
    ("embed[app.bsky.embed.external].external.uri", false),
    ("embed[app.bsky.embed.recordWithMedia].media[app.bsky.embed.images].images[].alt", true),
    ("facets[].features[app.bsky.richtext.facet#mention].did", false),
    ("facets[].index.byteStart", false),
  ])
  func postHasField(_ path: String, _ isSearched: Bool) throws {
    let plan = try #require(Self.plan[Self.post])
    let field = try #require(plan.fields.first { $0.path == path })
    #expect(field.isSearched == isSearched)
  }

  @Test(arguments: plan.collections.map(\.collection))
  func samplesAreIndexed(_ collection: NSID) throws {
    var generator = SampleGenerator(catalog: Lexicons.packaged, seed: 11)
    let subject = SampleSubject(nsid: collection.string)
    let plan = try #require(Self.plan[collection])
    for _ in 0..<5 {
      let record = try generator.valid(subject)
      let entries = Self.plan.entries(of: record, in: collection)
      #expect(entries.isValid, "\(entries.problem ?? "")")
      for value in entries.values {
        let field = plan.fields[value.field]
        switch (field.kind, value.value) {
        case (.boolean, .boolean?), (.integer, .integer?), (.datetime, .instant?),
          (.string, .text?), (.string, nil), (.presence, nil):
          break
        default: Issue.record("\(field.path) is \(field.kind), not \(String(describing: value))")
        }
      }
      // Everything that is not empty has some entry.
      #expect(!entries.values.isEmpty || (record.object?.count ?? 0) <= 1)
      #expect(Self.plan.entries(of: record, in: collection) == entries)
    }
    for sample in try generator.violations(subject).prefix(50) {
      let entries = Self.plan.entries(of: sample.value, in: collection)
      #expect(!entries.isValid && entries.problem != nil)
      #expect(entries.values.isEmpty && entries.texts.isEmpty)
    }
  }
}
