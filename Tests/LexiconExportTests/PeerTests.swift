import ATProtoData
import Foundation
import Lexicon
import LexiconExport
import LexiconSamples
import TestSupport
import Testing

/// What public validators of the two languages say.
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

  @Test("Whole folders are JSON Schema and OpenAPI", arguments: Lexicons.folders)
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

  /// What JSON Schema has no word for, or only one that says less.
  private static let unspoken: Set<String> = [
    "maxLength", "minLength", "maxGraphemes", "minGraphemes", "format", "key", "type", "blob",
    "malformedCID", "foreignCID", "base64", "reservedKey", "accept", "maxSize",
  ]

  private func cases(_ checked: CheckedCatalog) -> [Case] {
    var generator = SampleGenerator(catalog: checked, seed: 11)
    generator.limits.samples = 40
    var result: [Case] = []
    for subject in generator.subjects where subject.part == nil {
      // What no value satisfies has no samples.
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
        if Self.unspoken.contains(rule) { continue }
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

  @Test(
    "What is valid stays so; what breaks a rule that JSON Schema has is refused",
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
