import ATProtoData
import Testing

/// Blobs with fields of both forms lose nothing.
@Suite struct BlobFormTests {
  private static let cid = "bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"

  @Test(
    "a blob with fields of either form keeps every field",
    arguments: [
      #"{"cid":"\#(cid)","ref":{"$link":"\#(cid)"},"size":1,"$type":"blob","mimeType":"a/b"}"#,
      #"{"cid":[1],"ref":{"$link":"\#(cid)"},"size":1,"$type":"blob","mimeType":"a/b"}"#,
      #"{"cid":"\#(cid)","ref":{"$link":"\#(cid)"},"size":5,"mimeType":"a/b"}"#,
      #"{"cid":"\#(cid)","size":5,"mimeType":"a/b"}"#,
    ]
  )
  func keepsEveryField(_ json: String) throws {
    let blob = try Blob(json: json)
    #expect(blob.jsonString() == json)
    #expect(try Blob(cbor: blob.cborBytes()).jsonString() == json)
    #expect(blob.isLegacy == !json.contains("$type"))
  }

  @Test("the CID in the legacy form is a string")
  func legacyCIDIsAString() {
    let error = #expect(throws: DataError.self) {
      try Blob(json: #"{"mimeType":"a/b","cid": {"$link":"\#(Self.cid)"}}"#)
    }
    #expect(error?.code == .typeMismatch)
    #expect(error?.path == "cid")
    #expect(error?.offset == 25)
  }

  @Test("the path of an error consists of the keys of the input")
  func pathConsistsOfTheInputsKeys() {
    let error = #expect(throws: DataError.self) {
      try DataValue(json: #"{"a\n\u00e9":{"b\"":1.5}}"#)
    }
    #expect(error?.path == "a\né.b\"")
  }
}
