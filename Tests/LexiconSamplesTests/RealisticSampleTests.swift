import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconSamples
import Testing

@Suite("Realistic samples") struct RealisticSampleTests {
  private static let people = CheckedCatalog.check([
    SourceFile(
      path: "com.example.people",
      bytes: Array(
        #"""
        {"lexicon":1,"id":"com.example.people","defs":{
         "person":{"type":"object","required":["did","handle","displayName","joinedAt"],
          "properties":{"did":{"type":"string","format":"did"},
          "handle":{"type":"string","format":"handle"},"displayName":{"type":"string"},
          "joinedAt":{"type":"string","format":"datetime"},
          "avatar":{"type":"string","format":"uri"},"proof":{"type":"bytes"}}},
         "view":{"type":"object","required":["uri","author"],"properties":{
          "uri":{"type":"string","format":"at-uri"},"author":{"type":"ref","ref":"#person"}}}}}
        """#.utf8
      ),
      format: .json
    )
  ])

  @Test("every sample of every subject is valid", arguments: [1, 2, 3] as [UInt64])
  func samplesAreValid(_ seed: UInt64) throws {
    for catalog in [Lexicons.all, Self.people] {
      var generator = SampleGenerator(catalog: catalog, seed: seed)
      for subject in generator.subjects {
        let schema = try catalog.catalog.schema(of: subject)
        let value = try generator.realistic(subject)
        let violations = catalog.catalog.validate(value, against: schema, rules: .strict)
        #expect(violations.isEmpty, "\(subject): \(violations)")
      }
    }
  }

  @Test("equal seeds give equal samples, and other seeds others")
  func samplesAreDeterministic() throws {
    func sample(_ seed: UInt64) throws -> DataValue {
      var generator = SampleGenerator(catalog: Self.people, seed: seed)
      return try generator.realistic("com.example.people#view")
    }
    #expect(try sample(1) == sample(1))
    #expect(try sample(1) != sample(2))
  }

  @Test("DID, handle, name, and URI are those of one person", arguments: 0..<20 as Range<UInt64>)
  func identitiesFitTogether(_ seed: UInt64) throws {
    var generator = SampleGenerator(catalog: Self.people, seed: seed)
    let view = try generator.realistic("com.example.people#view")
    let author = try #require(view["author"])
    let did = try #require(author["did"]?.string)
    let person = try #require(Person(identifier: did))
    #expect(author["handle"]?.string == person.handle)
    #expect(author["displayName"]?.string == person.name)
    #expect(author["proof"] == nil)
    #expect(author["joinedAt"]?.string?.hasPrefix("2025-") == true)
    #expect(view["uri"]?.string?.hasPrefix("at://") == true)
  }

  @Test("the members of the cast are different people, and each identifier leads to its person")
  func cast() throws {
    let people = (0..<Person.castSize).map(Person.init)
    #expect(Set(people.map(\.did)).count == Person.castSize)
    #expect(Set(people.map(\.handle)).count == Person.castSize)
    for person in people {
      #expect((try? DID(person.did)) != nil && (try? Handle(person.handle)) != nil)
      #expect(Person(identifier: person.did) == person)
      #expect(Person(identifier: person.handle.uppercased()) == person)
    }
  }

  @Test(
    "identifiers outside of the cast lead to one another",
    arguments: ["alice.test", "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:web:a.example.com"]
  )
  func strangers(_ identifier: String) throws {
    let person = try #require(Person(identifier: identifier))
    #expect(person.did == identifier || person.handle == identifier)
    #expect(Person(identifier: person.did)?.handle == person.handle)
    #expect(Person(identifier: person.handle)?.did == person.did)
  }

  @Test("text that is not an identifier has no person", arguments: ["", "did:", "a", "a b.test"])
  func notAPerson(_ text: String) {
    #expect(Person(identifier: text) == nil)
  }
}
