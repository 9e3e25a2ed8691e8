import ATProtoData
import ATProtoSyntax
import LexiconIndex
import Testing

/// What is indexed of a record.
@Suite struct IndexEntriesTests {
  private static let blob = try! CID("bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy")

  @Test func scalarsAreIndexedByType() throws {
    let entries = Lexicons.entries([
      "title": "Blue Hour", "rating": -5, "isPublic": true, "owner": "did:web:example.com",
      "source": .link(Self.blob), "tags": ["a", "b", "a"], "scores": [1, 2, 1],
    ])
    #expect(entries.values("title") == [.text("Blue Hour")])
    #expect(entries.values("rating") == [.integer(-5)])
    #expect(entries.values("isPublic") == [.boolean(true)])
    #expect(entries.values("owner") == [.text("did:web:example.com")])
    #expect(entries.values("source") == [.text(Self.blob.string)])
    #expect(entries.values("tags[]") == [.text("a"), .text("b")])
    #expect(entries.values("scores[]") == [.integer(1), .integer(2)])
    #expect(entries.values("tags") == [nil])
    #expect(entries.values("createdAt") == [.instant(1_767_323_045_678_901)])
    #expect(entries.createdAt == 1_767_323_045_678_901)
  }

  @Test func presenceIsIndexedForEverythingThatIsNotAScalar() {
    let entries = Lexicons.entries([
      "raw": .bytes([1, 2]), "any": ["x": 1], "place": ["name": "Rome"], "places": [[:], [:]],
      "file": [
        "$type": "blob", "ref": .link(Self.blob), "mimeType": "image/png", "size": 3,
      ],
    ])
    for path in ["raw", "any", "place", "places", "places[]", "file"] {
      #expect(entries.values(path) == [nil], "\(path)")
    }
    #expect(entries.values("tags").isEmpty)
    #expect(entries.blobs == [Self.blob])
  }

  @Test func nullIsLikeAMissingField() {
    let entries = Lexicons.entries(["note": nil])
    #expect(entries.values("note").isEmpty)
  }

  @Test func emptyArrayExistsWithoutElements() {
    let entries = Lexicons.entries(["tags": []])
    #expect(entries.values("tags") == [nil])
    #expect(entries.values("tags[]").isEmpty)
  }

  @Test func membersOfUnionsAreToldApart() {
    let entries = Lexicons.entries([
      "media": ["$type": "com.example.photo#picture", "alt": "A cat", "size": 7],
      "parts": [
        ["$type": "com.example.photo#film", "size": "long", "length": 4],
        ["$type": "com.example.photo#picture", "alt": "A dog"],
        ["$type": "com.example.unknown", "alt": "A cow"],
      ],
    ])
    #expect(entries.values("media") == [nil])
    #expect(entries.values("media[com.example.photo#picture]") == [nil])
    #expect(entries.values("media[com.example.photo#film]").isEmpty)
    #expect(entries.values("media[com.example.photo#picture].size") == [.integer(7)])
    #expect(entries.values("parts[]") == [nil])
    #expect(entries.values("parts[com.example.photo#film].size") == [.text("long")])
    #expect(entries.values("parts[com.example.photo#picture].alt") == [.text("A dog")])
    #expect(entries.texts.map(\.words) == [["a", "cat"], ["long"], ["a", "dog"]])
  }

  @Test func longStringExistsAndHasWordsButIsNotCompared() {
    let text = String(repeating: "word ", count: 300)
    let entries = Lexicons.entries(["title": .string(text)])
    #expect(entries.values("title") == [nil])
    #expect(entries.texts.first?.words.count == 300)
    let longest = String(repeating: "x", count: IndexLimits.valueBytes)
    #expect(Lexicons.entries(["title": .string(longest)]).values("title") == [.text(longest)])
  }

  @Test(
    arguments: [
      ("2026-01-02T03:04:05Z", 1_767_323_045_000_000),
      ("2026-01-02T05:04:05+02:00", 1_767_323_045_000_000),
      ("2026-01-02T03:04:05.1234567Z", 1_767_323_045_123_456),
      ("1969-12-31T23:59:59.999999Z", -1),
      ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
      ("9999-12-31T23:59:59.999999-23:59", 253_402_387_139_999_999),
    ] as [(String, Int64)]
  )
  func datetimesAreInstants(_ text: String, _ microseconds: Int64) {
    let entries = Lexicons.entries(["createdAt": .string(text)])
    #expect(entries.createdAt == microseconds)
    #expect(entries.values("createdAt") == [.instant(microseconds)])
  }

  @Test(arguments: ["yesterday", "2026-01-02", "2026-06-30T23:59:60Z", "", "2026-13-01T00:00:00Z"])
  func malformedDatetimeMakesARecordInvalid(_ text: String) {
    let record = Lexicons.photo(["createdAt": .string(text)])
    let entries = Lexicons.plan.entries(of: record, in: Lexicons.photo)
    #expect(!entries.isValid)
    #expect(entries.createdAt == nil)
    #expect(entries.problem?.contains("createdAt") == true)
  }

  @Test func invalidRecordKeepsLinksAndBlobs() {
    let record = Lexicons.photo([
      "rating": "five", "title": "Hello", "owner": "did:web:example.com",
      "file": ["$type": "blob", "ref": .link(Self.blob), "mimeType": "image/png", "size": 3],
    ])
    let entries = Lexicons.plan.entries(of: record, in: Lexicons.photo)
    #expect(!entries.isValid)
    #expect(entries.problem?.contains("rating") == true)
    #expect(entries.values.isEmpty && entries.texts.isEmpty)
    #expect(entries.linkTexts == ["owner did:web:example.com"])
    #expect(entries.blobs == [Self.blob])
    #expect(entries.createdAt == 1_767_323_045_678_901)
  }

  @Test func blobInTheDeprecatedFormIsValidAndIndexed() {
    let entries = Lexicons.entries([
      "file": ["cid": .string(Self.blob.string), "mimeType": "image/png"]
    ])
    #expect(entries.blobs == [Self.blob])
    #expect(entries.values("file") == [nil])
  }

  @Test func recordWithoutLexiconHasLinksAndBlobs() throws {
    let record: DataValue = [
      "$type": "org.example.thing", "createdAt": "2026-01-02T03:04:05Z",
      "a": ["b": [["c": "at://did:web:example.com/org.example.thing/1"]]],
      "d": ["$type": "blob", "ref": .link(Self.blob), "mimeType": "text/plain", "size": 1],
    ]
    let entries = Lexicons.plan.entries(of: record, in: NSID("org.example.thing"))
    #expect(entries.isValid && entries.values.isEmpty && entries.texts.isEmpty)
    #expect(entries.linkTexts == ["a.b[].c at://did:web:example.com/org.example.thing/1"])
    #expect(entries.blobs == [Self.blob])
    #expect(entries.createdAt == 1_767_323_045_000_000)
  }

  @Test(
    arguments: [
      .null, .string("text"), .array([]), .object([:]), .integer(1),
    ] as [DataValue]
  )
  func valueThatIsNotARecordIsInvalid(_ value: DataValue) throws {
    #expect(!Lexicons.plan.entries(of: value, in: Lexicons.photo).isValid)
    #expect(Lexicons.plan.entries(of: value, in: NSID("org.example.thing")).isValid)
  }

  @Test func stringsOfDifferentBytesAreDifferentValues() {
    let entries = Lexicons.entries(["tags": ["\u{E9}", "e\u{301}"]])
    #expect(entries.values("tags[]").count == 2)
  }
}

/// The limits of what one record can cost.
@Suite struct HostileRecordTests {
  @Test func hundredThousandLinksAreBounded() throws {
    let links = (0..<100_000).map { DataValue.string("https://a.example/\($0)") }
    let entries = Lexicons.plan.entries(
      of: ["$type": "org.example.thing", "links": .array(links)],
      in: NSID("org.example.thing")
    )
    #expect(entries.links.count == IndexLimits.entriesPerRecord)
    #expect(entries.dropped == 100_000 - IndexLimits.entriesPerRecord)
    #expect(entries.links.allSatisfy { $0.path == "links[]" })
  }

  @Test func hundredThousandEqualLinksAreOne() throws {
    let links = [DataValue](repeating: "did:web:example.com", count: 100_000)
    let entries = Lexicons.plan.entries(
      of: ["links": .array(links)],
      in: NSID("org.example.thing")
    )
    #expect(entries.linkTexts == ["links[] did:web:example.com"])
    #expect(entries.dropped == 0)
  }

  @Test func tenThousandPathsAreBounded() throws {
    let fields = (0..<10_000).map { (key: "k\($0)", value: DataValue.string("did:web:a.example")) }
    let entries = Lexicons.plan.entries(
      of: .object(DataObject(distinct: fields)),
      in: NSID("org.example.thing")
    )
    #expect(entries.links.count == IndexLimits.entriesPerRecord)
    #expect(entries.dropped == 8_000)
  }

  @Test func valuesAndWordsAreBounded() {
    let tags = (0..<5_000).map { DataValue.string("tag\($0)") }
    let entries = Lexicons.entries(["tags": .array(tags)])
    #expect(entries.values.count == IndexLimits.entriesPerRecord)
    #expect(entries.texts.map(\.words.count).reduce(0, +) == IndexLimits.entriesPerRecord)
    #expect(entries.dropped > 3_000)
  }

  @Test func deepNestingIsCut() throws {
    var value: DataValue = "did:web:example.com"
    for _ in 0..<200 { value = ["a": [value]] }
    let entries = Lexicons.plan.entries(of: value, in: NSID("org.example.thing"))
    #expect(entries.links.isEmpty)
    #expect(entries.dropped == 1)
  }

  @Test func longPathsAreDropped() throws {
    let key = String(repeating: "k", count: 5_000)
    let entries = Lexicons.plan.entries(
      of: .object([key: [.string("did:web:example.com")], "a": "did:web:example.com"]),
      in: NSID("org.example.thing")
    )
    #expect(entries.linkTexts == ["a did:web:example.com"])
    #expect(entries.dropped == 1)
  }

  @Test func randomRecordsAreIndexedWithinTheLimits() throws {
    var generator = RandomRecords(seed: 22)
    for _ in 0..<300 {
      let record = generator.record()
      for collection in [Lexicons.photo, NSID("org.example.thing")] {
        let entries = Lexicons.plan.entries(of: record, in: collection)
        #expect(entries.links.count <= IndexLimits.entriesPerRecord)
        #expect(Set(entries.links).count == entries.links.count)
        #expect(Set(entries.values).count == entries.values.count)
        #expect(Set(entries.blobs).count == entries.blobs.count)
        #expect(entries.values.allSatisfy { Lexicons.photoPlan.fields.indices.contains($0.field) })
        #expect(Lexicons.plan.entries(of: record, in: collection) == entries)
      }
    }
  }
}

/// Random data with names and strings that mean something to the index.
struct RandomRecords {
  private var generator: SeededRandom

  init(seed: UInt64) {
    generator = SeededRandom(seed: seed)
  }

  mutating func record() -> DataValue {
    var object = DataObject()
    if generator.below(3) > 0 { object["$type"] = "com.example.photo" }
    if generator.below(3) > 0 { object["createdAt"] = "2026-01-02T03:04:05Z" }
    for _ in 0..<generator.below(12) { object[name()] = value(depth: 0) }
    return .object(object)
  }

  private mutating func name() -> String {
    generator.pick(
      Lexicons.photoPlan.fields.map { String($0.path.prefix { $0 != "." && $0 != "[" }) }
        + ["$type", "", ".", "[]", "ref", "cid", "mimeType", "\u{E9}", "e\u{301}", "alt", "size"]
    )
  }

  private mutating func value(depth: Int) -> DataValue {
    switch generator.below(depth > 6 ? 6 : 9) {
    case 0: return .null
    case 1: return .boolean(generator.below(2) == 0)
    case 2: return .integer(generator.pick([0, -1, .max, .min]))
    case 3: return .bytes([1, 2, 3])
    case 4, 5:
      return .string(
        generator.pick([
          "", "text", "did:web:a.example", "did:", "at://did:web:a.example/a.b.c/d",
          "https://a.example",
          "https://", "://", "blob", "com.example.photo#picture", "com.example.photo",
          "2026-01-02T03:04:05Z", "\u{FDFA}", String(repeating: "\u{10FFFF}", count: 999),
          "bafkreibme22gw2h7y2h7tg2fhqotaqjucnbc24deqo72b6mkl2egezxhvy",
        ])
      )
    case 6, 7:
      var object = DataObject()
      for _ in 0..<generator.below(5) { object[name()] = value(depth: depth + 1) }
      return .object(object)
    default: return .array((0..<generator.below(5)).map { _ in value(depth: depth + 1) })
    }
  }
}

/// Random numbers from a seed (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
