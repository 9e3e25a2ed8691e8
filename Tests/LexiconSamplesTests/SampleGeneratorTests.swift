import ATProtoData
import Lexicon
import LexiconSamples
import Testing

@Suite("Sample generator") struct SampleGeneratorTests {
  static func generator(
    _ seed: UInt64 = 1,
    _ limits: SampleLimits = SampleLimits()
  ) -> SampleGenerator {
    SampleGenerator(catalog: Lexicons.all, seed: seed, limits: limits)
  }

  @Test func subjectsAreAllDefinitionsAndPartsWithData() {
    #expect(Lexicons.all.hasErrors == false)
    #expect(
      Self.generator().subjects.map(\.description) == [
        "com.example.all", "com.example.all#item", "com.example.all#other",
        "com.example.all#state", "com.example.call/parameters", "com.example.call/input",
        "com.example.call/output", "com.example.stream/message",
      ]
    )
    for subject in Self.generator().subjects {
      #expect(SampleSubject(subject.description) == subject)
    }
    #expect(SampleSubject("com.example.call/body" as String) == nil)
  }

  @Test func sameSeedGivesSameValuesAndOtherSeedsGiveOthers() throws {
    var first = Self.generator(5)
    var second = Self.generator(5)
    var third = Self.generator(6)
    let values = try (0..<20).map { _ in try first.valid("com.example.all") }
    #expect(try (0..<20).map { _ in try second.valid("com.example.all") } == values)
    #expect(try (0..<20).map { _ in try third.valid("com.example.all") } != values)
    #expect(Set(values).count == 20)
    #expect(try first.violations("com.example.all") == second.violations("com.example.all"))
  }

  @Test func randomValuesAreValidAndVaried() throws {
    var generator = Self.generator()
    var keys: Set<String> = []
    for _ in 0..<200 {
      let value = try generator.valid("com.example.all")
      #expect(value.type == "com.example.all")
      let text = try #require(value["text"]?.string)
      #expect((2...5).contains(text.count) && (2...40).contains(text.utf8.count))
      #expect(value["item"]?["did"]?.string != nil)
      #expect(value["nothing"] != nil)
      if let size = value["size"] { #expect((1...9).contains(size.integer ?? 0)) }
      if let tags = value["tags"] { #expect((1...3).contains(tags.array?.count ?? 0)) }
      if let mode = value["mode"] { #expect(mode == "on" || mode == "off") }
      if let type = value["choice"] { #expect(type.type == "com.example.all#item") }
      if let version = value["version"] { #expect(version == 2) }
      #expect(value.validateDataModel() == [])
      keys.formUnion(value.object?.keys ?? [])
    }
    #expect(keys.count > 17)
  }

  @Test func smallestValueHasOnlyRequiredFields() throws {
    var generator = Self.generator()
    let value = try generator.smallest("com.example.all")
    #expect(Set(value.object?.keys ?? []) == ["$type", "text", "item", "nothing"])
    #expect(value["nothing"] == .null)
    #expect(try generator.smallest("com.example.stream/message").type == "com.example.all#item")
  }

  @Test func eachViolationBreaksExactlyOneConstraint() throws {
    var generator = Self.generator()
    let samples = try generator.violations("com.example.all")
    let found = Set(samples.map { "\($0.path): \($0.fault)" })
    func shape(_ path: String, _ code: DataError.Code) -> String {
      "\(path): \(MarkedSample.Fault.shape(code))"
    }
    func rule(_ path: String, _ rule: String) -> String {
      "\(path): \(MarkedSample.Fault.constraint(rule))"
    }
    var expected: Set = [
      shape("", .typeMismatch), shape("$type", .missingField), shape("$type", .wrongType),
      shape("$type", .typeMismatch), shape("text", .missingField), shape("item", .missingField),
      shape("nothing", .missingField), shape("nothing", .typeMismatch),
      rule("nothing", "format"), rule("text", "minLength"), rule("text", "maxLength"),
      rule("text", "minGraphemes"), rule("text", "maxGraphemes"),
      shape("item.did", .missingField), shape("item.did", .typeMismatch),
      rule("item.did", "format"), shape("item.again", .typeMismatch), rule("size", "minimum"),
      rule("size", "maximum"), rule("tags", "minLength"), rule("tags", "maxLength"),
      shape("tags[1]", .typeMismatch), rule("tags[1]", "maxLength"), rule("data", "minLength"),
      rule("data", "maxLength"), rule("picture", "blob"), rule("picture", "accept"),
      rule("picture", "maxSize"), shape("picture.ref", .missingField),
      shape("picture.size", .missingField), shape("picture.mimeType", .missingField),
      shape("picture.ref", .typeMismatch), shape("picture.size", .typeMismatch),
      shape("picture.mimeType", .typeMismatch), shape("picture.$type", .wrongType),
      shape("pick", .missingType), shape("pick.$type", .typeMismatch),
      shape("pick.did", .missingField), shape("pick.did", .typeMismatch),
      rule("pick.did", "format"), shape("pick.again", .typeMismatch),
      shape("pick.flag", .typeMismatch), shape("choice", .missingType),
      shape("choice.$type", .typeMismatch), shape("choice", .unknownMember),
      shape("choice.did", .missingField), shape("choice.did", .typeMismatch),
      rule("choice.did", "format"), shape("choice.again", .typeMismatch), rule("any", "unknown"),
      rule("state", "maxLength"), shape("mode", .unknownCase), rule("version", "const"),
      rule("level", "enum"), rule("agreed", "const"),
    ]
    for key in [
      "text", "item", "size", "tags", "data", "picture", "pick", "choice", "link", "state", "mode",
      "version", "level", "agreed",
    ] {
      expected.insert(shape(key, .typeMismatch))
    }
    #expect(found.subtracting(expected) == [])
    // A string of one byte has one grapheme, so its other limit is violated, too.
    #expect(expected.subtracting(found) == [rule("text", "minLength")])
  }

  @Test func boundariesCoverTheEdgesOfTheSchema() throws {
    var generator = Self.generator()
    let samples = try generator.boundaries("com.example.all")
    func values(_ path: String, _ edge: String, _ key: String) -> Set<DataValue> {
      Set(
        samples.filter { $0.path == path && $0.edge == edge }.compactMap { $0.value[key] }
      )
    }
    #expect(samples.allSatisfy { $0.value.validateDataModel() == [] })
    #expect(values("size", "minimum", "size") == [1, 2])
    #expect(values("size", "maximum", "size") == [8, 9])
    #expect(values("mode", "enum", "mode") == ["on", "off"])
    #expect(values("state", "knownValues", "state") == ["new", "old"])
    #expect(values("level", "enum", "level") == [1, 3])
    #expect(values("nothing", "null", "nothing") == [.null])
    let texts = values("text", "length", "text").compactMap(\.string)
    #expect(texts.map(\.utf8.count).max() == 40)
    #expect(Set(texts.map(\.count)).isSuperset(of: [2, 5]))
    #expect(Set(values("tags", "maxLength", "tags").map { $0.array?.count }) == [3])
    #expect(Set(values("data", "minLength", "data").map { $0.bytes?.count }) == [2])
    #expect(
      Set(values("picture", "accept", "picture").map { $0["mimeType"] })
        == ["image/x-sample", "text/plain"]
    )
    #expect(values("picture", "legacy blob", "picture").first?["cid"] != nil)
    #expect(
      Set(values("pick", "member", "pick").map(\.type))
        == ["com.example.all#item", "com.example.all#other"]
    )
    #expect(values("pick", "unknown member", "pick").count == 2)
    #expect(values("choice", "unknown member", "choice") == [])
    let present = try #require(samples.first { $0.edge == "present" && $0.path == "" })
    #expect(present.value.object?.count == 17)
    let unknown = samples.filter { $0.edge == "unknown field" && $0.path == "" }
    #expect(unknown.allSatisfy { ($0.value.object?.count ?? 0) > 14 })
    #expect(unknown.count == 2)
  }

  @Test func partsOfMethodsHaveSamples() throws {
    var generator = Self.generator()
    let parameters = try generator.violations("com.example.call/parameters")
    #expect(
      Set(parameters.map(\.path)) == ["", "limit", "who", "who[1]"]
    )
    #expect(try generator.boundaries("com.example.call/input").contains { $0.path == "name" })
    #expect(try generator.valid("com.example.call/output").type == "com.example.all")
  }

  @Test(
    arguments: [
      ("com.example.none", SampleError.Code.unknownSubject),
      ("com.example.all#none", .unknownSubject), ("no NSID at all", .unknownSubject),
      ("com.example.all#sign", .withoutData), ("com.example.call", .withoutData),
      ("com.example.stream/input", .withoutData), ("com.example.all/output", .withoutData),
    ] as [(SampleSubject, SampleError.Code)]
  )
  func refused(_ subject: SampleSubject, _ code: SampleError.Code) {
    var generator = Self.generator()
    let expected = SampleError(code: code, reason: "")
    #expect(throws: expected) { try generator.valid(subject) }
    #expect(throws: expected) { try generator.boundaries(subject) }
    #expect(throws: expected) { try generator.violations(subject) }
  }
}
