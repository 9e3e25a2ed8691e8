import Testing

@testable import Lexicon

@Suite("Evolution rule examples")
struct EvolutionExampleTests {
  @Test("The example of a rule has that change and no other", arguments: EvolutionRule.all)
  func exampleShowsTheRule(_ rule: EvolutionRule) {
    let example = rule.example
    let versions = [example.before, example.after].map { CheckedCatalog.checkPart($0.files) }
    #expect(versions.flatMap(\.diagnostics) == [])
    let changes = versions[1].catalog.changes(since: versions[0].catalog)
    #expect(Set(changes.map(\.rule.id)) == [rule.id])
    for use in changes.flatMap(\.uses) {
      #expect(use.classification == rule.effect.classification(in: use.flow))
    }
  }
}
