import ATProtoSyntax
import LexiconIndex
import Testing

/// The texts of conditions.
@Suite struct ConditionTests {
  private static let plan = Lexicons.photoPlan

  private static func number(_ path: String) -> Int {
    plan.fields.first { $0.path == path }?.number ?? -1
  }

  @Test(
    arguments: [
      ("title:eq:Blue", "title", .equal(.text("Blue"))),
      ("title:eq:", "title", .equal(.text(""))),
      ("title:eq:a:b::c", "title", .equal(.text("a:b::c"))),
      ("title:ne:%_*", "title", .notEqual(.text("%_*"))),
      ("title:lt:b", "title", .less(.text("b"))),
      ("title:le:b", "title", .lessOrEqual(.text("b"))),
      ("title:gt:b", "title", .greater(.text("b"))),
      ("title:ge:b", "title", .greaterOrEqual(.text("b"))),
      ("title:prefix:Blue H", "title", .hasPrefix("Blue H")),
      ("title:in:[\"a\",\"b\",\"a\"]", "title", .isOneOf([.text("a"), .text("b")])),
      ("title:exists", "title", .exists),
      ("title:missing", "title", .isMissing),
      ("rating:eq:5", "rating", .equal(.integer(5))),
      ("rating:ge:-9223372036854775808", "rating", .greaterOrEqual(.integer(.min))),
      ("rating:le:9223372036854775807", "rating", .lessOrEqual(.integer(.max))),
      ("rating:in:[1,-2]", "rating", .isOneOf([.integer(1), .integer(-2)])),
      ("isPublic:eq:true", "isPublic", .equal(.boolean(true))),
      ("isPublic:ne:false", "isPublic", .notEqual(.boolean(false))),
      ("isPublic:in:[true]", "isPublic", .isOneOf([.boolean(true)])),
      ("createdAt:ge:1970-01-01T00:00:01Z", "createdAt", .greaterOrEqual(.instant(1_000_000))),
      ("createdAt:lt:1970-01-01T02:00:00.5+02:00", "createdAt", .less(.instant(500_000))),
      ("createdAt:eq:1970-01-01t00:00:00z", "createdAt", .equal(.instant(0))),
      ("createdAt:eq:1970-01-01T00:00:00-00:00", "createdAt", .equal(.instant(0))),
      ("createdAt:eq:1970-01-01T00:00:60.5Z", "createdAt", .equal(.instant(60_500_000))),
      ("createdAt:in:[\"1970-01-01T00:00:00Z\"]", "createdAt", .isOneOf([.instant(0)])),
      ("owner:prefix:did:web:", "owner", .hasPrefix("did:web:")),
      ("source:eq:bafy", "source", .equal(.text("bafy"))),
      ("subject.uri:eq:at://a/b", "subject.uri", .equal(.text("at://a/b"))),
      ("tags[]:eq:x", "tags[]", .equal(.text("x"))),
      ("places[].name:prefix:R", "places[].name", .hasPrefix("R")),
      ("place:exists", "place", .exists),
      ("file:missing", "file", .isMissing),
      ("tags:exists", "tags", .exists),
      ("raw:exists", "raw", .exists),
      (
        "media[com.example.photo#picture].alt:eq:x", "media[com.example.photo#picture].alt",
        .equal(.text("x"))
      ),
      (
        "media[com.example.audio#main].size:eq:true", "media[com.example.audio].size",
        .equal(.boolean(true))
      ),
      ("media.alt:eq:x", "media[com.example.photo#picture].alt", .equal(.text("x"))),
      (
        "parts[com.example.photo#film].length:gt:1", "parts[com.example.photo#film].length",
        .greater(.integer(1))
      ),
      ("parts[].length:gt:1", "parts[com.example.photo#film].length", .greater(.integer(1))),
      (
        "parts[][com.example.photo#film].length:gt:1", "parts[com.example.photo#film].length",
        .greater(.integer(1))
      ),
    ] as [(String, String, FieldCondition.Test)]
  )
  func conditionIsParsed(_ text: String, _ path: String, _ test: FieldCondition.Test) throws {
    let condition = try Self.plan.condition(text)
    #expect(condition == FieldCondition(field: .planned([Self.number(path)]), test: test))
  }

  @Test(
    arguments: [
      ("$uri:prefix:at://did:web:a.example/", .uri, .hasPrefix("at://did:web:a.example/")),
      ("$did:in:[\"did:web:a.example\"]", .did, .isOneOf([.text("did:web:a.example")])),
      ("$rkey:gt:3k", .recordKey, .greater(.text("3k"))),
      ("$cid:exists", .cid, .exists),
      ("$indexedAt:ge:1970-01-01T00:00:00Z", .indexedAt, .greaterOrEqual(.instant(0))),
      ("$sortAt:lt:1970-01-01T00:00:00Z", .sortAt, .less(.instant(0))),
    ] as [(String, BuiltInField, FieldCondition.Test)]
  )
  func builtInFieldsHaveTypes(
    _ text: String,
    _ field: BuiltInField,
    _ test: FieldCondition.Test
  ) throws {
    #expect(try Self.plan.condition(text) == FieldCondition(field: .builtIn(field), test: test))
  }

  @Test(arguments: [
    // text, part of the reason
    ("titel:eq:x", "did you mean 'title'?"),
    ("facets.x:eq:x", "is not a field of com.example.photo"),
    ("places.name:eq:x", "did you mean 'places[].name'?"),
    ("media[com.example.photo].alt:eq:x", "did you mean 'media[com.example.photo#picture].alt'?"),
    ("parts.length:eq:1", "did you mean 'parts[com.example.photo#film].length'?"),
    ("$type:eq:x", "the built-in fields are $uri"),
    ("$:exists", "the built-in fields are $uri"),
    ("title[]:eq:x", "did you mean 'title'?"),
    ("place.:eq:x", "is not a valid path"),
    ("[]:eq:x", "is not a valid path"),
    ("a[b:eq:x", "is not a valid path"),
    ("media[com.example.film].alt:exists", "is not a field"),
  ])
  func unknownFieldIsRefused(_ text: String, _ reason: String) throws {
    let error = #expect(throws: IndexQueryError.self) { try Self.plan.condition(text) }
    #expect(error?.code == .unknownField)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test(arguments: [
    ("", "path:operator:value"),
    ("title", "path:operator:value"),
    (":eq:x", "path:operator:value"),
    ("title:", "'' is not an operator"),
    ("title:like:x", "the operators are eq, ne, in"),
    ("title:EQ:x", "'EQ' is not an operator"),
    ("title:eq", "needs a value"),
    ("title:exists:", "does not take a value"),
    ("title:missing:x", "does not take a value"),
    ("rating:eq:", "its type is integer"),
    ("rating:eq:+1", "its type is integer"),
    ("rating:eq:1.0", "its type is integer"),
    ("rating:eq:1e3", "its type is integer"),
    ("rating:eq: 1", "its type is integer"),
    ("rating:eq:0x1", "its type is integer"),
    ("rating:eq:9223372036854775808", "its type is integer"),
    ("rating:prefix:1", "which allows eq, ne, in, lt, le, gt, ge, exists, missing"),
    ("rating:in:[1.5]", "JSON array"),
    ("rating:in:[\"1\"]", "its type is integer"),
    ("rating:in:1", "JSON array"),
    ("rating:in:[]", "takes 1 to 100 values, not 0"),
    ("rating:in:[1", "JSON array"),
    ("rating:in:[null]", "its type is integer"),
    ("isPublic:eq:1", "its type is boolean"),
    ("isPublic:eq:TRUE", "its type is boolean"),
    ("isPublic:lt:true", "which allows eq, ne, in, exists, missing"),
    ("createdAt:eq:2026-01-01", "its type is datetime"),
    ("createdAt:eq:2026-01-01T00:00:00", "its type is datetime"),
    ("createdAt:eq:2026-02-30T00:00:00Z", "its type is datetime"),
    ("createdAt:eq:1767225600", "its type is datetime"),
    ("createdAt:prefix:2026", "which allows eq, ne, in, lt, le, gt, ge, exists, missing"),
    ("createdAt:in:[\"now\"]", "its type is datetime"),
    ("$sortAt:gt:x", "its type is datetime"),
    ("$indexedAt:prefix:2026", "its type is datetime"),
    ("place:eq:x", "its type is object, and only scalars are compared"),
    ("tags:eq:x", "write 'tags[]' for its elements"),
    ("file:ne:x", "its type is blob"),
    ("raw:eq:AQI", "its type is bytes"),
    ("any:eq:x", "its type is unknown"),
    ("media:eq:x", "its type is union"),
    // A text or an integer.
    ("media.size:eq:1", "it may be boolean or integer or string; name the member of the union"),
    ("media.size:lt:1", "name the member of the union"),
  ])
  func wrongConditionIsRefused(_ text: String, _ reason: String) throws {
    let error = #expect(throws: IndexQueryError.self) { try Self.plan.condition(text) }
    #expect(error?.code == .invalidFilter)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func operatorThatFitsOneKindDecidesBetweenFields() throws {
    // Only one of the three fields is text.
    let condition = try Self.plan.condition("media.size:prefix:1")
    let number = Self.number("media[com.example.photo#film].size")
    #expect(condition == FieldCondition(field: .planned([number]), test: .hasPrefix("1")))
    // Text that is not a number could still be compared with text only.
    #expect(
      try Self.plan.condition("media.size:eq:big")
        == FieldCondition(field: .planned([number]), test: .equal(.text("big")))
    )
    let integer = Self.number("media[com.example.photo#picture].size")
    #expect(
      try Self.plan.condition("media.size:in:[1]")
        == FieldCondition(field: .planned([integer]), test: .isOneOf([.integer(1)]))
    )
  }

  @Test func presenceOfALeftOutMemberIsThatOfAny() throws {
    let numbers = ["photo#picture", "photo#film", "audio"].map {
      Self.number("media[com.example.\($0)].size")
    }
    #expect(
      try Self.plan.condition("media.size:exists")
        == FieldCondition(field: .planned(numbers.sorted()), test: .exists)
    )
  }

  @Test func hundredValuesAreAllowedAndMoreAreNot() throws {
    func list(_ count: Int) -> String {
      "rating:in:[" + (0..<count).map(String.init).joined(separator: ",") + "]"
    }
    let condition = try Self.plan.condition(list(100))
    #expect(condition.test == .isOneOf((0..<100).map { .integer($0) }))
    let error = #expect(throws: IndexQueryError.self) { try Self.plan.condition(list(101)) }
    #expect(error?.reason.contains("1 to 100 values, not 101") == true)
  }

  @Test func valuesThatAreNotComparedAreRefused() throws {
    let longest = String(repeating: "x", count: IndexLimits.valueBytes)
    #expect(try Self.plan.condition("title:eq:\(longest)").test == .equal(.text(longest)))
    for text in ["title:eq:\(longest)x", "title:in:[\"\(longest)x\"]", "title:prefix:\(longest)x"] {
      let error = #expect(throws: IndexQueryError.self) { try Self.plan.condition(text) }
      #expect(error?.code == .invalidFilter)
      #expect(error?.reason.contains("1024 bytes") == true)
    }
    // Built-in fields are not bounded.
    #expect(throws: Never.self) { try Self.plan.condition("$uri:eq:\(longest)x") }
  }

  @Test func randomTextIsParsedOrRefused() {
    var random = SeededRandom(seed: 5)
    let pieces = [
      "title", "tags", "[]", "[", "]", ".", ":", "::", "eq", "in", "[\"a\"]", "media", "$uri", "$",
      "com.example.audio", "#main", "#", "\u{0}", "\u{301}", "é", "\"", "{", "1", "-", "exists",
    ]
    for _ in 0..<500 {
      let text = (0..<random.below(9)).map { _ in random.pick(pieces) }.joined()
      _ = try? Self.plan.condition(text)
      _ = try? Self.plan.order(text, isDescending: true)
      _ = try? Self.plan.grouping(text)
      _ = try? Self.plan.search(text, fields: [text])
    }
  }
}

/// The fields to order and to group by.
@Suite struct OrderTests {
  private static let plan = Lexicons.photoPlan

  @Test(arguments: [
    "title", "rating", "createdAt", "owner", "source", "place.seenAt", "subject.uri",
    "media[com.example.photo#film].length", "media.length", "media[com.example.audio#main].title",
  ])
  func scalarOutsideArraysIsSortable(_ path: String) throws {
    for isDescending in [true, false] {
      let order = try Self.plan.order(path, isDescending: isDescending)
      #expect(order.isDescending == isDescending)
      guard case .planned(let numbers) = order.field else {
        Issue.record("\(path) is built in")
        return
      }
      #expect(numbers.count == 1)
    }
  }

  @Test(arguments: BuiltInField.allCases)
  func builtInFieldIsSortable(_ field: BuiltInField) throws {
    #expect(
      try Self.plan.order(field.rawValue, isDescending: false)
        == RecordOrder(.builtIn(field), isDescending: false)
    )
  }

  @Test(arguments: [
    ("isPublic", "boolean"), ("tags", "array"), ("tags[]", "several values"), ("place", "object"),
    ("places[].name", "several values"), ("file", "blob"), ("media", "union"),
    ("media.size", "name the member"), ("parts[].length", "several values"),
  ])
  func otherFieldIsNot(_ path: String, _ reason: String) {
    let error = #expect(throws: IndexQueryError.self) {
      try Self.plan.order(path, isDescending: true)
    }
    #expect(error?.code == .invalidSort)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test(arguments: ["", "nothing", "$nothing", "title.x"])
  func unknownFieldIsRefused(_ path: String) {
    #expect(throws: IndexQueryError(.unknownField, "")) {
      try Self.plan.order(path, isDescending: true)
    }
  }

  @Test func groupsNeedValuesOfOneKind() throws {
    let tags = try #require(Self.plan.fields.first { $0.path == "tags[]" })
    #expect(try Self.plan.grouping("tags[]") == .planned([tags.number]))
    #expect(try Self.plan.grouping("$did") == .builtIn(.did))
    #expect(throws: IndexQueryError(.invalidFilter, "")) { try Self.plan.grouping("tags") }
    #expect(throws: IndexQueryError(.invalidFilter, "")) { try Self.plan.grouping("media.size") }
    #expect(throws: IndexQueryError(.unknownField, "")) { try Self.plan.grouping("nothing") }
  }
}
