import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconExport
import LexiconSamples
import TestSupport
import Testing

/// The results of public validators of the two languages.
@Suite(
  "Export: public validators",
  .enabled(
    if: PythonEnvironment.has("jsonschema", "openapi_spec_validator"),
    "no Python with jsonschema and openapi-spec-validator"
  )
)
struct PeerTests {
  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Peers/check.py").path

  private func check(_ command: String, _ files: String...) throws -> DataValue {
    let interpreter = try #require(PythonEnvironment.interpreter)
    let child = try ChildProcess(interpreter, [Self.script, command] + files)
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    return try DataValue(json: [UInt8](child.output))
  }

  @Test(
    "exports of whole directories are valid JSON Schema and OpenAPI",
    arguments: Lexicons.folders
  )
  func folders(_ name: String) throws {
    let documents = try Lexicons.folder(name).catalog.documents
    let folder = try TemporaryFolder()
    try folder.write(JSONSchemaExport(documents).json().text, to: "schema.json")
    #expect(try check("schema", "\(folder.path)/schema.json").array == [])
    let openAPI = OpenAPIExport(documents, title: "Test", version: "1").json()
    try folder.write(openAPI.text, to: "openapi.json")
    #expect(try check("openapi", "\(folder.path)/openapi.json").array == [])
  }

  private struct Case {
    var subject: String
    var value: DataValue
    var isValid: Bool
    var note: String
  }

  /// What JSON Schema cannot express: it counts code points, while Lexicon counts bytes and
  /// grapheme clusters, and it counts base64 characters, some of which may be padding.
  private static func isInexpressible(_ sample: MarkedSample) -> Bool {
    guard case .constraint(let rule) = sample.fault else { return false }
    let value = sample.value.value(at: sample.path)
    switch (rule, value) {
    case ("maxGraphemes", _), ("minLength", .string), ("maxLength", .bytes): return true
    case ("maxLength", .string(let text)), ("minGraphemes", .string(let text)):
      return text.unicodeScalars.contains { !$0.isASCII }
    case ("format", .string(let text)): return inexpressibleTexts.contains(text)
    default: return false
    }
  }

  /// Format violations that a grammar cannot express.
  private static let inexpressibleTexts: Set<String> = [
    "de-1901-1901", "0000-01-01T00:00:00+01:00",
  ]

  private func cases(_ checked: CheckedCatalog) -> [Case] {
    var generator = SampleGenerator(catalog: checked, seed: 11)
    generator.limits.samples = 40
    var result: [Case] = []
    for subject in generator.subjects where subject.part == nil {
      // A definition that no value satisfies has no samples.
      guard let smallest = try? generator.smallest(subject),
        let valid = try? generator.valid(subject)
      else { continue }
      let suffix = subject.definition == "main" ? "" : "_\(subject.definition)"
      let name = subject.nsid + suffix
      result.append(Case(subject: name, value: smallest, isValid: true, note: "smallest"))
      result.append(Case(subject: name, value: valid, isValid: true, note: "valid"))
      let boundaries: [BoundarySample] = (try? generator.boundaries(subject)) ?? []
      for sample in boundaries {
        let note = sample.path + ": " + sample.edge
        result.append(Case(subject: name, value: sample.value, isValid: true, note: note))
      }
      let violations: [MarkedSample] = (try? generator.violations(subject)) ?? []
      for sample in violations {
        let rule = Self.rule(sample.fault)
        if Self.isInexpressible(sample) { continue }
        let note = sample.path + ": " + rule
        result.append(Case(subject: name, value: sample.value, isValid: false, note: note))
      }
    }
    return result
  }

  private static func rule(_ fault: MarkedSample.Fault) -> String {
    switch fault {
    case .shape(let code): return code.rawValue
    case .constraint(let rule): return rule
    }
  }

  /// Values of a field that `lexgen validate` accepts and rejects.
  private static let fields: [(field: String, good: [String], bad: [String])] = [
    (
      "any",
      [
        #"{}"#, #"{"$type":"a","b":[null,{"$link":"\#(raw)"},{"$bytes":"AQ"}]}"#,
        #"{"a":{"$type":"blob","ref":{"$link":"\#(raw)"},"mimeType":"a/b","size":1}}"#,
      ],
      [
        #"{"$type":""}"#, #"{"$type":5}"#, #"{"a":{"$type":""}}"#, #"{"a":1.5}"#, #"{"":1}"#,
        #"{"a":{"$link":"nope"}}"#, #"{"a":{"$bytes":"A"}}"#, #"{"a":{"$link":"\#(raw)","b":1}}"#,
        #"{"a":[{"$type":"blob"}]}"#, #"{"$link":"\#(raw)"}"#,
      ]
    ),
    ("part", [#"{}"#, #"{"$type":"a","b":1}"#], [#"{"$type":""}"#, #"{"$type":5}"#]),
    (
      "open", [#"{"$type":"com.example.a","b":[1]}"#, #"{"$type":"com.example.strict#part"}"#],
      [#"{"$type":""}"#, #"{"$type":5}"#, #"{"$type":"a","b":[0.5]}"#, #"{"$type":"blob"}"#]
    ),
    (
      "link", [#"{"$link":"\#(raw)"}"#, #"{"$link":"\#(cbor)"}"#],
      [
        #"{"$link":"nope"}"#, #"{"$link":"\#(raw)a"}"#, #"{"$link":"\#(raw.dropLast())b"}"#,
        #"{"$link":"QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"}"#, #"{"$link":1}"#,
      ]
    ),
    (
      "file", [#"{"$type":"blob","ref":{"$link":"\#(raw)"},"mimeType":"a/b","size":1}"#],
      [
        #"{"$type":"blob","ref":{"$link":"\#(cbor)"},"mimeType":"a/b","size":1}"#,
        #"{"$type":"blob","ref":{"$link":"\#(raw)"},"mimeType":"a/b","size":0}"#,
        #"{"$type":"blob","ref":{"$link":"\#(raw)"},"mimeType":"","size":1}"#,
      ]
    ),
    (
      "bytes", ["", "AA", "AA==", "AAA", "AAA=", "AAAA"].map { #"{"$bytes":"\#($0)"}"# },
      ["A", "AA=", "A===", "AAAAA", "A-_A"].map { #"{"$bytes":"\#($0)"}"# }
    ),
    (
      "uri", quoted(["a:b", "https://a.example/[1]?a=%20#b"]),
      quoted(["/a", "a", "a:#b#c", "a:%2"])
    ),
    (
      "datetime",
      quoted([
        "2000-02-29T00:00:00Z", "2024-02-29T23:59:59.9+14:00", "1900-02-28T00:00:00-00:01",
        "0000-12-31T00:00:00Z",
      ]),
      quoted([
        "2000-01-01T00:00:00-00:00", "1900-02-29T00:00:00Z", "2023-02-29T00:00:00Z",
        "2000-04-31T00:00:00Z", "2000-13-01T00:00:00Z", "2000-01-01T24:00:00Z",
        "2000-01-01T00:00:00+24:00", "2000-01-01T00:00:60Z",
        "2000-01-01T00:00:00.\(String(repeating: "0", count: 45))Z",
      ])
    ),
    (
      "did", quoted(["did:a:" + String(repeating: "b", count: 2_042)]),
      quoted(["did:a:" + String(repeating: "b", count: 2_043), "did:a:b%"])
    ),
    (
      "at-uri",
      quoted(["at://a.example/b.c.d/e", "at://did:a:\(String(repeating: "b", count: 2_042))"]),
      quoted([
        "at://a.example/b.c", "at://a", "at://a.example/b.c.d/..", "at://a.example/b.c.d/e/f",
        "at://did:a:\(String(repeating: "b", count: 2_043))",
        "at://\(String(repeating: "aaaaaa.", count: 36))ab",
      ])
    ),
    (
      "at-identifier", quoted(["did:a:b", "\(String(repeating: "aaaaaa.", count: 36))a"]),
      quoted(["\(String(repeating: "aaaaaa.", count: 36))ab", "a"])
    ),
    (
      "language",
      quoted(["en-GB-oed", "sgn-be-FR", "de-CH-1996", "I-Klingon", "X-a", "zh-yue-Hant"]),
      quoted(["i-unknown", "deutsch", "de-", "de-x", "de-a", "EN-gb-oed", "en-aaaaaaaaa"])
    ),
    (
      "cid", quoted([raw, "zQmdfTbBqBPQ7VNx", "F0123ABCD"]),
      quoted(["B\(raw)", "QmdfTbBqBPQ7VNx", "b234567", "f0123abcg"])
    ),
  ]

  private static let raw = "bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
  private static let cbor = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

  private static func quoted(_ texts: [String]) -> [String] { texts.map { "\"\($0)\"" } }

  @Test("values that validation rejects for shape or format are rejected by JSON Schema")
  func strictness() throws {
    let formats = StringSchema.Format.specified.map(\.rawValue).map {
      #""\#($0)":{"type":"string","format":"\#($0)"}"#
    }
    let checked = Lexicons.checked([
      #"{"lexicon":1,"id":"com.example.strict","defs":{"part":{"type":"object","properties":{}},"#
        + #""main":{"type":"object","properties":{"any":{"type":"unknown"},"#
        + ##""part":{"type":"ref","ref":"#part"},"open":{"type":"union","refs":["#part"]},"##
        + #""link":{"type":"cid-link"},"file":{"type":"blob"},"bytes":{"type":"bytes"},"#
        + "\(formats.joined(separator: ","))}}}}"
    ])
    #expect(checked.diagnostics.isEmpty)
    let cases = Self.fields.flatMap { row in
      row.good.map { (#"{"\#(row.field)":\#($0)}"#, true) }
        + row.bad.map { (#"{"\#(row.field)":\#($0)}"#, false) }
    }
    for (text, isGood) in cases {
      let value = try? DataValue(json: [UInt8](text.utf8))
      let violations = value.map { checked.catalog.validate($0, as: "com.example.strict") }
      #expect(violations?.isEmpty ?? false == isGood, "\(text)")
    }
    let folder = try TemporaryFolder()
    try folder.write(JSONSchemaExport(checked.catalog.documents).json().text, to: "schema.json")
    let list = cases.map { #"{"schema":"com.example.strict","value":\#($0.0)}"# }
    try folder.write("[\(list.joined(separator: ","))]", to: "cases.json")
    let answer = try check("values", "\(folder.path)/schema.json", "\(folder.path)/cases.json")
    let results = try #require(answer.array).compactMap(\.boolean)
    try #require(results.count == cases.count)
    let wrong = zip(cases, results).filter { $0.1 != $1 }.map(\.0.0)
    #expect(wrong.isEmpty, "\(wrong)")
  }

  @Test(
    "valid values are accepted, and violations that JSON Schema can express are rejected",
    arguments: Lexicons.folders + ["everything"]
  )
  func values(_ name: String) throws {
    let checked =
      name == "everything" ? Lexicons.checked(Lexicons.all) : try Lexicons.folder(name)
    let cases = self.cases(checked)
    let folder = try TemporaryFolder()
    let schema = JSONSchemaExport(checked.catalog.documents).json()
    try folder.write(schema.text, to: "schema.json")
    let list = cases.map { found -> String in
      "{\"schema\":\"" + found.subject + "\",\"value\":" + found.value.jsonString() + "}"
    }
    try folder.write("[" + list.joined(separator: ",") + "]", to: "cases.json")
    let answer = try check("values", "\(folder.path)/schema.json", "\(folder.path)/cases.json")
    let results = try #require(answer.array).compactMap(\.boolean)
    try #require(results.count == cases.count)
    let validCount = cases.count(where: \.isValid)
    #expect(validCount > 0 && validCount < cases.count)
    var wrong: [String] = []
    for (found, isValid) in zip(cases, results) where found.isValid != isValid {
      let value = found.value.jsonString().prefix(300)
      wrong.append("\(found.subject) \(found.note) \(found.isValid): \(value)")
    }
    #expect(wrong.isEmpty, "\(wrong.count) of \(cases.count): \(wrong.prefix(20))")
  }
}

extension DataValue {
  /// The value at a path of keys and indices, such as `reply.facets[0].index`.
  fileprivate func value(at path: String) -> DataValue? {
    var value: DataValue? = self
    for part in path.split(whereSeparator: { ".[]".contains($0) }) {
      if let index = Int(part), let elements = value?.array, elements.indices.contains(index) {
        value = elements[index]
      } else {
        value = value?[String(part)]
      }
    }
    return value
  }
}
