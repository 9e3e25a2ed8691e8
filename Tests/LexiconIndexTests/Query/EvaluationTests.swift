import ATProtoData
import ATProtoSyntax
import LexiconIndex
import Testing

/// Conditions, searches, and orders, one record at a time.
@Suite struct EvaluationTests {
  private static let plan = Lexicons.photoPlan
  private static let builtIns = BuiltInValues(
    uri: "at://did:web:a.example/com.example.photo/1",
    did: "did:web:a.example",
    recordKey: "1",
    cid: "bafy",
    indexedAt: 2_000_000,
    sortAt: 1_000_000
  )

  private func holds(_ condition: String, _ fields: DataObject) throws -> Bool {
    try Self.plan.condition(condition).holds(for: Lexicons.entries(fields), Self.builtIns)
  }

  @Test(arguments: [
    ("rating:eq:3", true), ("rating:eq:4", false), ("rating:ne:4", true), ("rating:ne:3", false),
    ("rating:lt:4", true), ("rating:lt:3", false), ("rating:le:3", true), ("rating:gt:2", true),
    ("rating:gt:3", false), ("rating:ge:3", true), ("rating:in:[1,3]", true),
    ("rating:in:[1,2]", false), ("rating:exists", true), ("rating:missing", false),
    ("title:prefix:Blue", true), ("title:prefix:blue", false), ("title:prefix:", true),
    ("title:prefix:%", false), ("title:gt:B", true), ("title:lt:a", true),
    ("tags[]:eq:b", true), ("tags[]:eq:c", false), ("tags[]:ne:b", false), ("tags[]:ne:c", true),
    ("tags[]:in:[\"c\",\"a\"]", true), ("tags[]:gt:a", true), ("tags[]:missing", false),
    ("tags:exists", true), ("scores[]:exists", false), ("scores[]:missing", true),
    ("scores[]:ne:1", false), ("note:ne:x", false), ("note:missing", true), ("note:exists", false),
    ("note:eq:", false), ("isPublic:eq:false", true), ("isPublic:ne:true", true),
    ("createdAt:eq:2026-01-02T04:04:05.678901+01:00", true),
    ("createdAt:eq:2026-01-02T03:04:05.678Z", false),
    ("media:exists", true), ("media[com.example.photo#picture]:exists", true),
    ("media[com.example.photo#film]:missing", true), ("media.alt:eq:A cat", true),
    ("media.size:exists", false), ("media.size:missing", true),
    ("$uri:prefix:at://did:web:a.example/", true), ("$did:eq:did:web:b.example", false),
    ("$rkey:ne:2", true), ("$cid:in:[\"bafy\"]", true), ("$sortAt:lt:1970-01-01T00:00:02Z", true),
    ("$indexedAt:eq:1970-01-01T00:00:02Z", true), ("$cid:missing", false),
  ])
  func conditionHoldsOrNot(_ condition: String, _ expected: Bool) throws {
    let fields: DataObject = [
      "title": "Blue Hour", "rating": 3, "isPublic": false, "tags": ["a", "b"],
      "media": ["$type": "com.example.photo#picture", "alt": "A cat"],
    ]
    #expect(try holds(condition, fields) == expected)
  }

  @Test func valueThatIsNotComparedExistsAndDiffersFromAll() throws {
    let fields: DataObject = ["title": .string(String(repeating: "x", count: 2_000))]
    #expect(try holds("title:exists", fields))
    #expect(try holds("title:ne:x", fields))
    #expect(try !holds("title:prefix:x", fields))
    #expect(try !holds("title:ge:a", fields))
  }

  @Test func stringsAreEqualIfTheirBytesAre() throws {
    #expect(try !holds("title:eq:\u{E9}", ["title": "e\u{301}"]))
    #expect(try holds("title:ne:\u{E9}", ["title": "e\u{301}"]))
    #expect(try !holds("title:prefix:e", ["title": "\u{E9}"]))
    #expect(try holds("title:prefix:e", ["title": "e\u{301}"]))
    #expect(try !holds("title:in:[\"\u{E9}\"]", ["title": "e\u{301}"]))
  }

  @Test(arguments: [
    ("blue", true), ("BLUE hour", true), ("blu", false), ("\"blue hour\"", true),
    ("\"hour blue\"", false), ("blue cat", true), ("\"hour cat\"", false), ("blue -cat", false),
    ("blue -dog", true), ("blue -\"cat hour\"", true), ("rome", true), ("did", false),
    ("happy", false),
  ])
  func searchMatchesWordsOfAnyTextField(_ text: String, _ expected: Bool) throws {
    let entries = Lexicons.entries([
      "title": "Blue Hour", "tags": ["cat"], "place": ["name": "Rome"], "mood": "happy",
      "owner": "did:web:a.example",
    ])
    #expect(try Self.plan.search(text, fields: nil).matches(entries) == expected)
  }

  @Test func searchOfAFieldIgnoresOthers() throws {
    let entries = Lexicons.entries(["title": "Blue", "note": "Hour"])
    #expect(try Self.plan.search("blue", fields: ["title"]).matches(entries))
    #expect(try !Self.plan.search("hour", fields: ["title"]).matches(entries))
    #expect(try Self.plan.search("blue -hour", fields: ["title"]).matches(entries))
  }

  @Test func allPartsOfAQueryMustHold() throws {
    let entries = Lexicons.entries(["rating": 3, "title": "Blue"])
    var query = RecordQuery(collection: Lexicons.photo)
    #expect(query.matches(entries, Self.builtIns))
    query.conditions = [try Self.plan.condition("rating:eq:3")]
    query.search = try Self.plan.search("blue", fields: nil)
    query.repos = [DID("did:web:b.example"), DID("did:web:a.example")]
    #expect(query.matches(entries, Self.builtIns))
    query.conditions.append(try Self.plan.condition("rating:eq:4"))
    #expect(!query.matches(entries, Self.builtIns))
    query.conditions = []
    query.repos = []
    #expect(!query.matches(entries, Self.builtIns))
    query.repos = nil
    query.search = try Self.plan.search("red", fields: nil)
    #expect(!query.matches(entries, Self.builtIns))
  }

  @Test func invalidRecordSatisfiesNoQuery() throws {
    let record = Lexicons.photo(["rating": "three"])
    let entries = Lexicons.plan.entries(of: record, in: Lexicons.photo)
    var query = RecordQuery(collection: Lexicons.photo)
    #expect(!query.matches(entries, Self.builtIns))
    query.conditions = [try Self.plan.condition("rating:missing")]
    #expect(!query.matches(entries, Self.builtIns))
  }

  @Test func positionHasTheValueOfTheOrder() throws {
    var query = RecordQuery(collection: Lexicons.photo)
    let entries = Lexicons.entries([
      "rating": 3, "title": .string(String(repeating: "x", count: 2_000)),
    ])
    #expect(
      query.position(of: entries, Self.builtIns)
        == RecordPosition(value: .instant(1_000_000), uri: Self.builtIns.uri)
    )
    for (path, value) in [("rating", IndexValue.integer(3)), ("title", nil), ("note", nil)] {
      query.order = try Self.plan.order(path, isDescending: false)
      #expect(query.position(of: entries, Self.builtIns).value == value)
    }
  }

  @Test(arguments: [true, false])
  func recordsWithoutTheFieldComeLast(_ isDescending: Bool) throws {
    let order = try Self.plan.order("rating", isDescending: isDescending)
    let positions = [
      RecordPosition(value: .integer(1), uri: "a"), RecordPosition(value: .integer(1), uri: "b"),
      RecordPosition(value: .integer(2), uri: "a"), RecordPosition(value: nil, uri: "a"),
      RecordPosition(value: nil, uri: "b"),
    ]
    let sorted = positions.shuffled().sorted(by: order.precedes)
    let expected =
      isDescending
      ? [positions[2], positions[1], positions[0], positions[4], positions[3]] : positions
    #expect(sorted == expected)
    for position in positions { #expect(!order.precedes(position, position)) }
  }

  @Test func evaluationAgreesWithASearchThroughTheRecord() throws {
    var random = SeededRandom(seed: 17)
    let operators = ["eq", "ne", "lt", "le", "gt", "ge"]
    for _ in 0..<2_000 {
      let scores = (0..<random.below(4)).map { _ in random.below(5) - 2 }
      let value = random.below(5) - 2
      let name = random.pick(operators)
      let expected =
        switch name {
        case "eq": scores.contains(value)
        case "ne": !scores.isEmpty && !scores.contains(value)
        case "lt": scores.contains { $0 < value }
        case "le": scores.contains { $0 <= value }
        case "gt": scores.contains { $0 > value }
        default: scores.contains { $0 >= value }
        }
      let fields: DataObject = ["scores": .array(scores.map { .integer($0) })]
      #expect(
        try holds("scores[]:\(name):\(value)", fields) == expected,
        "\(scores) \(name) \(value)"
      )
    }
  }
}
