import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

@Suite("References that an installation follows")
struct LexiconReferencesTests {
  private static func references(_ definition: String) throws -> [String] {
    let record = try DataValue(json: #"{"defs":{"main":\#(definition)}}"#)
    return LexiconReferences.followed(in: record).map(\.string).sorted()
  }

  @Test(
    "Each kind of reference is followed",
    arguments: [
      (#"{"type":"ref","ref":"com.example.a"}"#, ["com.example.a"]),
      (#"{"type":"ref","ref":"com.example.a#b"}"#, ["com.example.a"]),
      (#"{"type":"ref","ref":"COM.Example.aB"}"#, ["com.example.aB"]),
      (##"{"type":"ref","ref":"#b"}"##, []),
      (
        ##"{"type":"union","refs":["com.example.b#x","com.example.a","#c",7]}"##,
        ["com.example.a", "com.example.b"]
      ),
      (#"{"type":"array","items":{"type":"ref","ref":"com.example.a"}}"#, ["com.example.a"]),
      (
        #"{"type":"object","properties":{"x":{"type":"object","properties":"#
          + #"{"y":{"type":"ref","ref":"com.example.a"}}}}}"#, ["com.example.a"]
      ),
      (
        #"{"type":"params","properties":{"x":{"type":"array","items":{"type":"string","#
          + ##""knownValues":["com.example.a#t","com.example.b","#c","x#y","com.example.d#","##
          + #""com.example.e#f#g"]}}}}"#, ["com.example.a"]
      ),
      (
        #"{"type":"record","record":{"type":"object","properties":"#
          + #"{"x":{"type":"ref","ref":"com.example.a"}}}}"#, ["com.example.a"]
      ),
      (
        #"{"type":"procedure","parameters":{"type":"params","properties":{"p":{"type":"string","#
          + #""knownValues":["com.example.a#t"]}}},"input":{"schema":{"type":"ref","#
          + #""ref":"com.example.b"}},"output":{"schema":{"type":"ref","ref":"com.example.c"}}}"#,
        ["com.example.a", "com.example.b", "com.example.c"]
      ),
      (#"{"type":"query","output":{"encoding":"text/plain"}}"#, []),
      (
        #"{"type":"subscription","message":{"schema":{"type":"union","refs":["com.example.a"]}}}"#,
        ["com.example.a"]
      ),
      (
        #"{"type":"permission-set","permissions":[{"type":"permission","resource":"rpc","lxm":"#
          + #"["com.example.a","*"],"collection":["com.example.x"]},{"type":"permission","#
          + #""resource":"repo","collection":["com.example.b","com.example.*"],"lxm":"#
          + #"["com.example.x"]},{"resource":"blob","accept":["com.example.y"]}]}"#,
        ["com.example.a", "com.example.b"]
      ),
      // Not schemas of the language.
      (#"{"type":"string","enum":["com.example.a#b"],"default":"com.example.a#b"}"#, []),
      (#"{"ref":"com.example.a"}"#, []), (#""com.example.a""#, []),
      (#"{"type":"later","ref":"com.example.a"}"#, []),
      (#"{"type":"object","properties":[{"type":"ref","ref":"com.example.a"}]}"#, []),
      (#"{"type":"ref","ref":["com.example.a"]}"#, []), (#"{"type":"ref","ref":"../a"}"#, []),
    ] as [(String, [String])]
  )
  func followed(_ definition: String, _ expected: [String]) throws {
    #expect(try Self.references(definition) == expected)
  }

  @Test("A record without definitions has no references")
  func malformed() {
    #expect(LexiconReferences.followed(in: nil).isEmpty)
    #expect(LexiconReferences.followed(in: ["defs": 1]).isEmpty)
    #expect(LexiconReferences.followed(in: ["defs": ["type": "ref"]]).isEmpty)
  }

  @Test("Deeper levels than a record can have are not followed")
  func hostileDepth() {
    var schema: DataValue = ["type": "ref", "ref": "com.example.a"]
    for _ in 0..<10_000 { schema = ["type": "array", "items": schema] }
    #expect(LexiconReferences.followed(in: ["defs": ["main": schema]]).isEmpty)
    // Releasing the value would recurse as deeply.
    while let items = schema["items"] { schema = items }
  }
}
