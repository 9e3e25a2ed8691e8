import ATProtoData
import Foundation
import Lexicon
import LexiconExport
import TestSupport
import Testing

struct LanguageSchemaTests {
  /// Every key and every type of the language is in the schema.
  @Test func theSchemaHasEveryKeyOfTheGrammar() throws {
    let schema = try DataValue(json: Array(LanguageSchema.json().text.utf8))
    let places: [LexiconGrammar.Place] = [
      .document, .definition, .property, .items, .parameters, .parameter, .parameterItems, .record,
      .body, .bodySchema, .message, .messageSchema, .permissions, .error,
    ]
    for place in places {
      let found =
        place == .document ? schema : try #require(schema["definitions"]?["\(place)"])
      let types = LexiconGrammar.types(at: place)
      guard !types.isEmpty else {
        let keys = LexiconGrammar.keys(ofType: nil, at: place).map(\.name)
        #expect(!keys.isEmpty)
        #expect(found["properties"]?.object?.map(\.key).sorted() == keys.sorted(), "\(place)")
        continue
      }
      #expect(found["properties"]?["type"]?["enum"] == .array(types.map { .string($0) }))
      for (index, type) in types.enumerated() {
        let properties = found["allOf"]?[index]?["then"]?["properties"]?.object
        let keys = LexiconGrammar.keys(ofType: type, at: place).map(\.name)
        #expect(Set(properties?.map(\.key) ?? []) == Set(keys).subtracting(["type"]))
      }
    }
  }

  @Test(
    "valid documents are accepted, and broken ones are not",
    .enabled(if: PythonEnvironment.has("jsonschema"), "no Python with jsonschema")
  )
  func documents() throws {
    let valid = Lexicons.all + (try Lexicons.folders.flatMap { try Lexicons.texts($0) })
    try #require(valid.count > 50)
    let invalid = [
      #"{"id":"com.example.a","defs":{}}"#, #"{"lexicon":2,"id":"com.example.a","defs":{}}"#,
      #"{"lexicon":1,"id":"nope","defs":{}}"#,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{}}}"#,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"number"}}}"#,
      ##"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"ref","ref":"#a"}}}"##,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"array"}}}"#,
      ##"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"array","items":{"type":"ref","ref":"#"}}}}"##,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"string","format":"date"}}}"#,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"string","maxLength":"3"}}}"#,
      #"{"lexicon":1,"id":"com.example.a","defs":{"main":{"type":"query","output":{}}}}"#,
    ]
    let folder = try TemporaryFolder()
    try folder.write(LanguageSchema.json().text, to: "schema.json")
    try folder.write("[" + (valid + invalid).joined(separator: ",") + "]", to: "documents.json")
    let interpreter = try #require(PythonEnvironment.interpreter)
    let script = PythonEnvironment.package
      .appending(path: "Tests/LexiconExportTests/Peers/check.py").path
    let child = try ChildProcess(
      interpreter,
      [script, "language", "\(folder.path)/schema.json", "\(folder.path)/documents.json"]
    )
    try #require(child.status == 0, "\(String(decoding: child.error, as: UTF8.self))")
    let results = try DataValue(json: Array(child.output)).array?.compactMap(\.boolean)
    #expect(results == valid.map { _ in true } + invalid.map { _ in false })
  }
}
