import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

@Suite("Blob validation")
struct BlobValidationTests {
  private static let catalog: Catalog = {
    let checked = CheckedCatalog.check([
      CheckedCatalogTests.file(
        "com.example.box",
        """
        "main":{"type":"object","properties":{
          "image":{"type":"blob","accept":["image/*","text/plain"],"maxSize":10},
          "none":{"type":"blob","accept":[]},
          "file":{"type":"blob"},
          "any":{"type":"unknown"}}}
        """
      )
    ])
    #expect(!checked.hasErrors)
    return checked.catalog
  }()

  private static func blob(_ fields: String, cid: String = ValidationTests.cid) -> String {
    ValidationTests.blob(fields, cid: cid)
  }

  @Test(
    "A blob is checked against the data model and its schema",
    arguments: [
      (#""image":\#(blob(#""mimeType":"image/png","size":1"#))"#, []),
      (#""image":\#(blob(#""mimeType":"text/plain","size":10"#))"#, []),
      (#""image":\#(blob(#""mimeType":"text/html","size":10"#))"#, ["image: accept"]),
      (#""image":\#(blob(#""mimeType":"imagery/png","size":10"#))"#, ["image: accept"]),
      (#""image":\#(blob(#""mimeType":"image/png","size":11"#))"#, ["image: maxSize"]),
      (#""none":\#(blob(#""mimeType":"image/png","size":1"#))"#, ["none: accept"]),
      (#""file":\#(blob(#""mimeType":"x/y","size":9007199254740991"#))"#, []),
      (#""file":\#(blob(#""mimeType":"x/y","size":0"#))"#, ["file: blob"]),
      (#""file":\#(blob(#""mimeType":"x/y","size":-1"#))"#, ["file: blob"]),
      (#""file":\#(blob(#""mimeType":"","size":1"#))"#, ["file: blob"]),
      (#""file":\#(blob(#""mimeType":"x/y","size":"1""#))"#, ["file: blob"]),
      (#""file":\#(blob(#""mimeType":"x/y""#))"#, ["file: blob"]),
      (
        #""file":\#(blob(#""mimeType":"x/y","size":1"#, cid: ValidationTests.nodeCID))"#,
        ["file: blob"]
      ),
      (#""file":{"$type":"blob","ref":"x","mimeType":"x/y","size":1}"#, ["file: blob"]),
      // Without a type, it can only be in the deprecated form.
      (
        #""file":{"ref":{"$link":"\#(ValidationTests.cid)"},"mimeType":"x/y","size":1}"#,
        ["file: blob"]
      ),
      (#""file":{"cid":"\#(ValidationTests.cid)","mimeType":"x/y"}"#, []),
      (#""file":{"cid":"not a CID","mimeType":"x/y"}"#, ["file: blob"]),
      (#""file":{"$type":"com.example.blob"}"#, ["file: blob"]),
      (#""file":null"#, ["file: type"]), (#""file":[]"#, ["file: type"]),
      // A blob is not an object of any type, but may be inside one.
      (#""any":\#(blob(#""mimeType":"x/y","size":1"#))"#, ["any: type"]),
      (#""any":{"b":\#(blob(#""mimeType":"x/y","size":1"#))}"#, []),
      (#""any":{"b":\#(blob(#""mimeType":"x/y","size":0"#))}"#, ["any.b.size: blob"]),
    ] as [(String, [String])]
  )
  func blobIsChecked(_ fields: String, _ expected: [String]) throws {
    let found = Self.catalog.validate(try DataValue(json: "{\(fields)}"), as: "com.example.box")
    #expect(found.map { "\($0.path): \($0.rule)" } == expected)
  }

  @Test("The deprecated form is a violation if the rules are strict")
  func legacyBlobsAreRefused() throws {
    let value = try DataValue(json: #"{"file":{"cid":"\#(ValidationTests.cid)","mimeType":"x/y"}}"#)
    let found = Self.catalog.validate(value, as: "com.example.box", rules: .strict)
    #expect(found.map { "\($0.path): \($0.rule)" } == ["file.$type: $type"])
  }
}
