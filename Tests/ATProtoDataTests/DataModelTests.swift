import ATProtoData
import Foundation
import Testing

private let blobCID = "bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity"
private let nodeCID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

@Suite struct DataModelTests {
  static let valid = [
    #"{"a":{"$type":"com.example.blah","a":123.0,"b":"x"}}"#, #"{"a":[],"b":{}}"#,
    #"{"a":[1,2,null],"b":[[1],[null]]}"#, #"{"a":{"$link":"\#(nodeCID)"}}"#,
    #"{"a":{"$type":"blob","ref":{"$link":"\#(blobCID)"},"mimeType":"a/b","size":1}}"#,
    #"{"a":{"cid":"\#(blobCID)","mimeType":"a/b"}}"#, #"{"$unknown":1}"#,
  ]

  /// Data that can be decoded but does not conform to the data model, with the path and the rule.
  static let invalid: [(String, String)] = [
    (#""blah""#, " object"), ("[]", " object"), ("null", " object"),
    (#"{"a":{"$type":null}}"#, "a.$type type"), (#"{"a":[{"$type":123}]}"#, "a[0].$type type"),
    (#"{"$type":""}"#, "$type type"), (#"{"a":{"":1}}"#, "a. key"),
    (
      #"{"a":{"$type":"blob","ref":{"$link":"\#(blobCID)"},"mimeType":"a/b","size":"1"}}"#,
      "a.size blob"
    ),
    (
      #"{"a":{"$type":"blob","ref":{"$link":"\#(blobCID)"},"mimeType":"a/b","size":0}}"#,
      "a.size blob"
    ),
    (#"{"a":{"$type":"blob","mimeType":"a/b","size":1}}"#, "a.ref blob"),
    (
      #"{"a":{"$type":"blob","ref":{"$link":"\#(nodeCID)"},"mimeType":"a/b","size":1}}"#,
      "a.ref blob"
    ),
    (
      #"{"a":{"$type":"blob","ref":{"$link":"\#(blobCID)"},"mimeType":"","size":1}}"#,
      "a.mimeType blob"
    ),
  ]

  @Test("data that the data model allows has no violations", arguments: valid)
  func accepted(_ json: String) throws {
    #expect(try DataValue(json: json).validateDataModel() == [])
  }

  @Test("data that the data model does not allow has a violation", arguments: invalid)
  func refused(_ json: String, _ violation: String) throws {
    let found = try DataValue(json: json).validateDataModel()
    #expect(found.map { "\($0.path) \($0.rule)" } == [violation])
  }

  @Test("$link and $bytes as keys in CBOR are violations")
  func jsonFormsAreViolationsInCBOR() throws {
    let value = try DataValue(
      cbor: hex("a1652462797465 7301".replacing("2462797465 73", with: "246c696e6b"))
    )
    #expect(value.validateDataModel().map(\.rule) == ["key"])
  }

  /// The published vectors, if the directory that contains them is next to this checkout.
  private static func vectors(_ name: String) -> [DataValue] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "shared/interop/data-model/data-model-\(name).json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return separated(Array(data)).map { .string($0) }
  }

  /// The `json` members of the vectors, as text: they contain what no value of ours can represent.
  private static func separated(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.components(separatedBy: "\"json\":").dropFirst().map { part in
      var depth = 0
      var inString = false
      var result = ""
      for character in part {
        if character == "\"" { inString.toggle() }
        if !inString, character == "{" || character == "[" { depth += 1 }
        if !inString, character == "}" || character == "]" { depth -= 1 }
        if depth < 0 || (depth == 0 && !inString && character == ",") { break }
        result.append(character)
        if depth == 0, character == "}" { break }
      }
      return result
    }
  }

  @Test("the published valid data is accepted")
  func publishedValid() throws {
    for vector in Self.vectors("valid") {
      #expect(try DataValue(json: vector.string ?? "").validateDataModel() == [])
    }
  }

  @Test("the published invalid data is rejected")
  func publishedInvalid() {
    for vector in Self.vectors("invalid") {
      let value = try? DataValue(json: vector.string ?? "")
      #expect(value?.validateDataModel() != [], "\(vector)")
    }
  }

  /// JSON and DAG-CBOR of the published fixtures.
  static let fixtures: [(String, String)] = [
    (
      #"{"a":{"$link":"\#(nodeCID)"},"b":{"$bytes":"nFERjvLLiw9qm45JrqH9QTzyC2Lu1Xb4ne6+sBrCzI0"},"c":{"$type":"blob","ref":{"$link":"\#(blobCID)"},"mimeType":"image/jpeg","size":10000}}"#,
      "o2Fh2CpYJQABcRIgZQYqWloA/BbXPGlEI3zLwVscSnI0SJM2iR0JF0GiOdBhYlggnFERjvLLiw9qm45JrqH9QTzyC2Lu1Xb4ne6+sBrCzI1hY6RjcmVm2CpYJQABVRIgQljP/3j2E2l2l1Y/kmyR5dNXTS6iWuftktbr/COjiJ5kc2l6ZRknEGUkdHlwZWRibG9iaG1pbWVUeXBlamltYWdlL2pwZWc"
    ),
    (
      #"{"string":"abc","unicode":"a~öñ©⽘☎𓋓😀👨‍👩‍👧‍👧","integer":123,"bool":true,"null":null,"array":["abc","def","ghi"],"object":{"string":"abc","number":123,"bool":true,"arr":["abc","def","ghi"]}}"#,
      "p2Rib29s9WRudWxs9mVhcnJheYNjYWJjY2RlZmNnaGlmb2JqZWN0pGNhcnKDY2FiY2NkZWZjZ2hpZGJvb2z1Zm51bWJlchh7ZnN0cmluZ2NhYmNmc3RyaW5nY2FiY2dpbnRlZ2VyGHtndW5pY29kZXgvYX7DtsOxwqnivZjimI7wk4uT8J+YgPCfkajigI3wn5Gp4oCN8J+Rp+KAjfCfkac"
    ),
  ]

  @Test("the published fixtures have the expected DAG-CBOR and CID", arguments: fixtures)
  func fixture(_ json: String, _ base64: String) throws {
    let value = try DataValue(json: json)
    let bytes = try #require(DataValue(json: #"{"$bytes":"\#(base64)"}"#).bytes).array
    #expect(value.cborBytes() == bytes)
    #expect(try DataValue(cbor: bytes) == value)
  }
}
