import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconExport
import Testing

@Suite("Export to JSON Schema and OpenAPI")
struct ExportTests {
  private let documents = Lexicons.checked(Lexicons.all).catalog.documents

  /// Schemas have properties named `$bytes` and `$link`, which the data model does not allow.
  private func parsed(_ json: OrderedJSON) throws -> DataValue {
    let text = json.text.replacing("\"$bytes\"", with: "\"bytes\"")
    return try DataValue(json: text.replacing("\"$link\"", with: "\"link\""))
  }

  private func schema(_ name: String) throws -> DataValue {
    let bundle = try parsed(JSONSchemaExport(documents).json())
    return try #require(bundle["$defs"]?[name])
  }

  @Test("the test lexicons have no errors")
  func good() {
    let checked = Lexicons.checked(Lexicons.all)
    #expect(checked.diagnostics.map(\.description) == [])
    #expect(checked.catalog.documents.count == 5)
  }

  @Test("a record is exported with its type, key type, and constraints")
  func record() throws {
    let record = try schema("com.example.thing")
    #expect(record["title"] == "com.example.thing")
    #expect(record["description"] == "A thing.")
    #expect(record["x-recordKey"] == "tid")
    #expect(record["required"]?.array?.compactMap(\.string) == ["$type", "text", "when"])
    #expect(record["properties"]?["$type"]?["const"] == "com.example.thing")
  }

  @Test(
    "fields are exported with their constraints",
    arguments: [
      (
        "text",
        #"{"type":"string","minLength":2,"maxLength":3000,"x-minBytes":5,"x-maxBytes":3000,"#
          + #""x-maxGraphemes":300}"#
      ),
      ("note", #"{"anyOf":[{"type":"string","x-knownValues":["a","b"]},{"type":"null"}]}"#),
      ("kind", #"{"type":"string","enum":["x","y"]}"#),
      ("count", #"{"type":"integer","minimum":1,"maximum":9,"default":3}"#),
      ("flag", #"{"type":"boolean","const":true}"#),
      ("tags", #"{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2}"#),
      ("part", ##"{"$ref":"#/$defs/com.example.thing_part"}"##),
    ]
  )
  func fields(_ name: String, _ expected: String) throws {
    let field = try schema("com.example.thing")["properties"]?[name]
    #expect(try field == DataValue(json: expected))
  }

  @Test("a union lists its members and whether it is closed")
  func unions() throws {
    let properties = try #require(try schema("com.example.thing")["properties"])
    let closed = try #require(properties["closed"])
    #expect(closed["x-closed"] == true)
    #expect(closed["oneOf"]?.array?.count == 1)
    let member = try #require(closed["oneOf"]?[0])
    #expect(member["$ref"] == "#/$defs/com.example.thing_part")
    #expect(member["properties"]?["$type"]?["const"] == "com.example.thing#part")
    let open = try #require(properties["open"])
    #expect(open["x-closed"] == false)
    let others = try #require(open["oneOf"]?[1]?["properties"]?["$type"]?["not"]?["enum"])
    #expect(others.array == ["com.example.thing#part"])
  }

  @Test("base64 length limits accept all byte strings within the limits")
  func bytes() throws {
    let key = try #require(try schema("com.example.thing")["properties"]?["key"])
    #expect(key["x-minBytes"] == 1)
    #expect(key["x-maxBytes"] == 4)
    let text = try #require(key["properties"]?["bytes"])
    #expect(text["minLength"] == 2)
    #expect(text["maxLength"] == 8)
  }

  @Test("the largest limits do not overflow")
  func hugeLimits() throws {
    let text = """
      {"lexicon":1,"id":"com.example.huge","defs":{"main":{"type":"object","properties":{
        "a":{"type":"bytes","minLength":9223372036854775807,"maxLength":9223372036854775807},
        "b":{"type":"string","minLength":9223372036854775807}}}}}
      """
    let export = JSONSchemaExport(Lexicons.checked([text]).catalog.documents).json()
    #expect(try parsed(export)["$defs"]?["com.example.huge"] != nil)
  }

  @Test("a definition can be the root schema")
  func root() throws {
    let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    let reference = Reference(nsid: "com.example.thing", definition: "part", at: location)
    let bundle = try parsed(JSONSchemaExport(documents, root: reference).json())
    #expect(bundle["$ref"] == "#/$defs/com.example.thing_part")
  }

  @Test("methods are exported with parameters, bodies, errors, and messages")
  func openAPI() throws {
    let export = OpenAPIExport(documents, title: "T \"1\"", version: "2")
    let document = try parsed(export.json())
    #expect(document["info"]?["title"] == "T \"1\"")
    #expect(document["info"]?["version"] == "2")
    let paths = try #require(document["paths"])
    #expect(paths.object?.count == 3)
    let query = try #require(paths["/xrpc/com.example.getThing"]?["get"])
    #expect(query["parameters"]?[0]?["required"] == true)
    #expect(query["parameters"]?[0]?["description"] == "Which.")
    #expect(query["x-errors"]?[0]?["name"] == "NotFound")
    #expect(query["x-errors"]?[0]?["description"] == "No such thing.")
    let content = query["responses"]?["200"]?["content"]?["application/json"]
    #expect(content?["schema"]?["$ref"] == "#/components/schemas/com.example.thing_part")
    let procedure = try #require(paths["/xrpc/com.example.putThing"]?["post"])
    #expect(procedure["requestBody"]?["content"]?.object?.keys == ["*/*"])
    let subscription = try #require(paths["/xrpc/com.example.subscribeThings"]?["get"])
    #expect(subscription["x-message"]?["oneOf"]?.array?.count == 2)
    let set = try #require(document["x-permissionSets"]?["com.example.authThings"])
    #expect(set["x-titles"]?["de"] == "Dinge")
    #expect(set["permissions"]?[0]?["collection"]?[0] == "com.example.thing")
  }

  @Test("the same documents produce the same text")
  func deterministic() {
    let again = Lexicons.checked(Lexicons.all.reversed()).catalog.documents
    #expect(JSONSchemaExport(documents).json() == JSONSchemaExport(again).json())
  }
}
