import ATProtoSyntax
import Lexicon
import LexiconIndex
import Testing

/// What a plan has of the fields of a lexicon.
@Suite struct IndexPlanTests {
  private static let fields = Dictionary(
    uniqueKeysWithValues: Lexicons.photoPlan.fields.map { ($0.path, $0) }
  )

  @Test(
    arguments: [
      // path, kind, type, repeats, searched
      ("createdAt", .datetime, "datetime", false, false),
      ("title", .string, "string", false, true),
      ("note", .string, "string", false, true),
      ("rating", .integer, "integer", false, false),
      ("isPublic", .boolean, "boolean", false, false),
      ("mood", .string, "string", false, false),
      ("kind", .string, "string", false, false),
      ("owner", .string, "did", false, false),
      ("page", .string, "uri", false, false),
      ("source", .string, "cid-link", false, false),
      ("raw", .presence, "bytes", false, false),
      ("file", .presence, "blob", false, false),
      ("any", .presence, "unknown", false, false),
      ("place", .presence, "object", false, false),
      ("place.name", .string, "string", false, true),
      ("place.seenAt", .datetime, "datetime", false, false),
      ("place.inside.inside.name", .string, "string", false, true),
      ("tags", .presence, "array", false, false),
      ("tags[]", .string, "string", true, true),
      ("scores[]", .integer, "integer", true, false),
      ("places[]", .presence, "object", true, false),
      ("places[].name", .string, "string", true, true),
      ("subject.uri", .string, "at-uri", false, false),
      ("subject.cid", .string, "cid", false, false),
      ("media", .presence, "union", false, false),
      ("media[com.example.photo#picture]", .presence, "object", false, false),
      ("media[com.example.photo#picture].alt", .string, "string", false, true),
      ("media[com.example.audio].size", .boolean, "boolean", false, false),
      ("parts[]", .presence, "union", true, false),
      ("parts[com.example.photo#film]", .presence, "object", true, false),
      ("parts[com.example.photo#film].length", .integer, "integer", true, false),
    ] as [(String, FieldPlan.Kind, String, Bool, Bool)]
  )
  func fieldIsPlannedByItsSchema(
    _ path: String,
    _ kind: FieldPlan.Kind,
    _ type: String,
    _ repeats: Bool,
    _ isSearched: Bool
  ) throws {
    let field = try #require(Self.fields[path])
    #expect(field.kind == kind)
    #expect(field.type == type)
    #expect(field.repeats == repeats)
    #expect(field.isSearched == isSearched)
    #expect(field.isSortable == (!repeats && kind != .presence && kind != .boolean))
  }

  @Test func fieldsAreNumberedInOrderAndHaveDistinctPaths() {
    let fields = Lexicons.photoPlan.fields
    #expect(fields.map(\.number) == Array(fields.indices))
    #expect(Set(fields.map(\.path)).count == fields.count)
  }

  @Test func recursionEndsAtTheLargestDepth() {
    let deepest = Lexicons.photoPlan.fields.map { $0.path.split(separator: ".").count }.max()
    #expect(deepest == IndexLimits.pathDepth)
    #expect(Lexicons.photoPlan.omittedFields > 0)
  }

  @Test func onlyWantedRecordsHavePlans() throws {
    let collections = Lexicons.plan.collections.map(\.collection.string)
    #expect(collections == ["com.example.photo"])
    let none = IndexPlan(Lexicons.example.catalog) { _ in false }
    #expect(none.collections.isEmpty)
    #expect(none[Lexicons.photo] == nil)
    #expect(Lexicons.plan[NSID("com.example.audio")] == nil)
  }

  @Test func shallowFieldsAreKeptIfThereAreTooMany() throws {
    let wide = (0..<990).map { #""p\#($0)":{"type":"integer"}"# }.joined(separator: ",")
    let checked = Lexicons.check([
      #"""
      {"lexicon":1,"id":"com.example.wide","defs":{"main":{"type":"record","key":"any","record":{
       "type":"object","properties":{"first":{"type":"ref","ref":"#tree"},\#(wide),
       "last":{"type":"string"}}}},
       "tree":{"type":"object","properties":{"left":{"type":"ref","ref":"#tree"},
        "right":{"type":"ref","ref":"#tree"},"rest":{"type":"array",
        "items":{"type":"union","refs":["#tree"]}}}}}}
      """#
    ])
    let plan = try #require(IndexPlan(checked.catalog).collections.first)
    #expect(plan.fields.count == IndexLimits.fieldsPerCollection)
    #expect(plan.fields.contains { $0.path == "last" })
    #expect(plan.fields.contains { $0.path == "first.left" })
    #expect(plan.omittedFields > 1_000)
  }

  @Test func namesThatPathsCannotExpressAreOmitted() throws {
    let checked = Lexicons.check([
      #"""
      {"lexicon":1,"id":"com.example.odd","defs":{"main":{"type":"record","key":"any","record":{
       "type":"object","properties":{"a.b":{"type":"string"},"c[]":{"type":"string"},
       "d:e":{"type":"string"},"ü f":{"type":"string"}}}}}}
      """#
    ])
    let plan = try #require(IndexPlan(checked.catalog).collections.first)
    #expect(plan.fields.map(\.path) == ["ü f"])
    #expect(plan.omittedFields == 3)
  }

  @Test func everyPlannedPathLeadsToItsField() throws {
    for field in Lexicons.photoPlan.fields {
      #expect(try Lexicons.photoPlan.field(field.path) == .planned([field.number]))
    }
  }

  @Test func rowsShowWhatAFieldIsGoodFor() throws {
    let rows = Lexicons.plan.rows
    #expect(rows.count == Lexicons.photoPlan.fields.count)
    let row = try #require(rows.first { $0.path == "tags[]" })
    #expect(row.collection == Lexicons.photo)
    #expect(row.type == "string" && row.repeats && row.isSearched && !row.isSortable)
    #expect(row.isCompared)
  }
}

/// When records must be indexed again.
@Suite struct FingerprintTests {
  private func fingerprint(_ property: String, _ definition: String = "") throws -> String {
    let checked = Lexicons.check([
      #"""
      {"lexicon":1,"id":"com.example.item","defs":{"main":{"type":"record","key":"any",
       "record":{"type":"object","properties":{\#(property)}}}\#(definition)}}
      """#
    ])
    return try #require(IndexPlan(checked.catalog).collections.first).fingerprint
  }

  @Test func isTheSameOnEveryMachine() throws {
    #expect(try fingerprint(#""a":{"type":"string"}"#) == fingerprint(#""a":{"type":"string"}"#))
    #expect(try fingerprint(#""a":{"type":"string"}"#).utf8.count == 32)
  }

  @Test func descriptionsDoNotMatter() throws {
    let plain = try fingerprint(#""a":{"type":"string","maxLength":9}"#)
    let described = try fingerprint(#""a":{"type":"string","description":"b","maxLength":9}"#)
    #expect(plain == described)
  }

  @Test(arguments: [
    #""a":{"type":"string","maxLength":10}"#, #""a":{"type":"string","maxGraphemes":9}"#,
    #""a":{"type":"string","minLength":9}"#, #""a":{"type":"integer"}"#,
    #""b":{"type":"string","maxLength":9}"#,
    #""a":{"type":"string","maxLength":9,"knownValues":["x"]}"#,
    #""a":{"type":"string","maxLength":9},"b":{"type":"boolean"}"#,
  ])
  func constraintsMatter(_ property: String) throws {
    #expect(try fingerprint(property) != fingerprint(#""a":{"type":"string","maxLength":9}"#))
  }

  @Test func constraintsOfReferencesMatter() throws {
    let property = ##""a":{"type":"ref","ref":"#b"}"##
    let first = try fingerprint(
      property,
      #","b":{"type":"object","properties":{"c":{"type":"integer","minimum":1}}}"#
    )
    let second = try fingerprint(
      property,
      #","b":{"type":"object","properties":{"c":{"type":"integer","minimum":2}}}"#
    )
    #expect(first != second)
  }

  @Test func definitionsThatAreNotReachedDoNotMatter() throws {
    let property = #""a":{"type":"boolean"}"#
    #expect(try fingerprint(property) == fingerprint(property, #","b":{"type":"token"}"#))
  }
}
