import ATProtoData
import ATProtoSyntax
import Lexicon
import Testing

@Suite("Manifest of installed lexicons")
struct LexiconManifestTests {
  /// In the form that `lex install` writes.
  static let text = """
    {
      "version": 1,
      "lexicons": [
        "com.example.note.getNotes",
        "com.example.note.note"
      ],
      "resolutions": {
        "com.example.defs": {
          "uri": "at://did:web:example.org/com.atproto.lexicon.schema/com.example.defs",
          "cid": "bafyreiewuq3ryfmdoj2m2cmluyr6m3n2sqtib2fftzoan2iu5fmyiqzyze"
        },
        "com.example.note.getNotes": {
          "uri": "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/com.atproto.lexicon.schema/com.example.note.getNotes",
          "cid": "bafyreian2m5fqcmhu4rl62hdfrfjdjji3dgzfqnbpthasmzoex2pa62n6u"
        },
        "com.example.note.note": {
          "uri": "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/com.atproto.lexicon.schema/com.example.note.note",
          "cid": "bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m"
        }
      }
    }

    """

  private static func read(_ text: String) throws -> LexiconManifest {
    try LexiconManifest.read(Array(text.utf8)).manifest
  }

  private static func text(_ manifest: LexiconManifest) -> String {
    String(decoding: manifest.formatted(), as: UTF8.self)
  }

  @Test("A manifest of lex install is written back unchanged")
  func roundTrip() throws {
    let (manifest, unknownFields) = try LexiconManifest.read(Array(Self.text.utf8))
    #expect(unknownFields.isEmpty)
    #expect(manifest.lexicons.count == 2 && manifest.resolutions.count == 3)
    let resolution = try #require(manifest.resolutions[NSID("com.example.defs")])
    #expect(resolution.did.string == "did:web:example.org")
    #expect(Self.text(manifest) == Self.text)
  }

  @Test("A manifest without documents has an empty array and an empty object")
  func empty() throws {
    let text = "{\n  \"version\": 1,\n  \"lexicons\": [],\n  \"resolutions\": {}\n}\n"
    #expect(Self.text(LexiconManifest()) == text)
    #expect(try Self.read(text) == LexiconManifest())
  }

  @Test("Order, layout, and repeated names do not matter")
  func anyOrder() throws {
    let compact = Self.text.filter { $0 != " " && $0 != "\n" }
      .replacing("\"version\":1,", with: "")
      .replacing("{\"lexicons\":[", with: "{\"lexicons\":[\"com.example.note.note\",")
    let text = compact.dropLast() + ",\"version\":1}"
    #expect(Self.text(try Self.read(String(text))) == Self.text)
  }

  @Test("Domain authorities are converted to lowercase")
  func upperCase() throws {
    let uri = "lexicon.schema/com.example.defs"
    let key = "\"com.example.defs\": {"
    let upper = Self.text.replacing(key, with: "\"COM.Example.defs\": {")
      .replacing("\"com.example.note.getNotes\",", with: "\"com.EXAMPLE.note.getNotes\",")
    #expect(Self.text(try Self.read(upper)) == Self.text)
    let both = upper.replacing(uri, with: "lexicon.schema/COM.Example.defs")
    #expect(Self.text(try Self.read(both)) == Self.text)
  }

  @Test("Keys that differ only by the case of the domain authority are an error")
  func sameKeyInUpperCase() throws {
    let part = "\"com.example.note.note\": {"
    let text = Self.text.replacing("\"com.example.defs\": {", with: part)
      .replacing("schema/com.example.defs", with: "schema/com.example.note.note")
      .replacing("    },\n    \(part)", with: "    },\n    \"com.EXAMPLE.note.note\": {")
    let error = #expect(throws: ManifestError.self) { try Self.read(text) }
    #expect(error?.problem.contains("duplicate key 'com.example.note.note'") == true)
  }

  @Test("Unknown fields are returned and not written")
  func unknownFields() throws {
    let text = Self.text
      .replacing("\"version\": 1,", with: "\"version\": 1, \"pins\": [1.5],")
      .replacing(
        "com.example.defs\",\n",
        with: "com.example.defs\",\n\"a\\nrev\": \"3jzfcijpj2z2a\",\n"
      )
    let (manifest, unknownFields) = try LexiconManifest.read(Array(text.utf8))
    #expect(unknownFields == ["pins", "resolutions.com.example.defs.a\\u{a}rev"])
    #expect(Self.text(manifest) == Self.text)
  }

  @Test("Names are sorted by bytes")
  func sortedByBytes() throws {
    var manifest = LexiconManifest()
    for name in ["com.example.b", "com.example.a.b", "com.example.B", "com.example-a.b"] {
      manifest.lexicons.insert(try NSID(name))
    }
    let names = Self.text(manifest).split(separator: "\"").filter { $0.hasPrefix("com.") }
    #expect(names == ["com.example-a.b", "com.example.B", "com.example.a.b", "com.example.b"])
  }

  /// A valid manifest with one resolution, after a replacement.
  private static func broken(_ part: String, _ replacement: String) -> String {
    let text =
      #"{"version":1,"lexicons":["com.example.a"],"resolutions":{"com.example.a":{"uri":"#
      + #""at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/com.atproto.lexicon.schema/com.example.a","#
      + #""cid":"bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m"}}}"#
    return text.replacing(part, with: replacement)
  }

  @Test(
    "A violation of the format is an error with its place",
    arguments: [
      ("\"version\":1,", "", "1:1: the manifest requires 'version'"),
      ("\"lexicons\":[\"com.example.a\"],", "", "1:1: the manifest requires 'lexicons'"),
      ("\"version\":1", "\"version\":2", "1:12: 'version' must be 1"),
      ("\"version\":1", "\"version\":1.0", "1:12: 'version' must be 1"),
      ("\"version\":1", "\"version\":\"1\"", "1:12: 'version' must be 1"),
      ("\"version\":1", "\"version\":1,\"version\":1", "1:14: duplicate key 'version'"),
      ("[\"com.example.a\"]", "{}", "1:25: 'lexicons' must be an array, not an object"),
      ("[\"com.example.a\"]", "[1]", "1:26: expected a string, found an integer"),
      ("[\"com.example.a\"]", "[\"example\"]", "1:26: 'example' is not a valid NSID: "),
      ("[\"com.example.a\"]", "[\"com.example.a#b\"]", "1:26: 'com.example.a#b' is not a valid"),
      ("{\"com.example.a\":{", "{\"a\":{", "1:58: 'a' is not a valid NSID: "),
      ("{\"com.example.a\":{", "{\"com.example.a\":[{", "1:"),
      ("\"uri\":", "\"url\":", "1:74: a resolution requires 'uri'"),
      ("\"cid\":", "\"CID\":", "1:74: a resolution requires 'cid'"),
      ("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "at://example.org", "1:81: 'at://example.org/"),
      ("at://did:plc:", "AT://did:plc:", "1:81: 'AT://did:plc:"),
      ("at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "at://", "1:81: 'at:///com"),
      ("lexicon.schema/com.example.a", "lexicon.schema/com.example.b", "1:81: "),
      ("lexicon.schema/com.example.a", "lexicon.schema/com.example.a?x", "1:81: "),
      ("lexicon.schema/com.example.a", "lexicon.schema", "1:81: "),
      ("com.atproto.lexicon.schema", "com.atproto.lexicon.other", "1:81: "),
      ("bafyreiahz", "bafkreiahz", "1:168: 'bafkreiahz"),
      ("bafyreiahz", "BAFYREIAHZ", "1:168: 'BAFYREIAHZ"),
      ("aa2m\"", "aa2\"", "1:168: "),
      (
        "\"bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m\"", "7",
        "1:168: expected a string, found an integer"
      ),
      ("}}}", "}}", "1:"), ("}}}", "}}} x", "1:"),
    ]
  )
  func violations(_ part: String, _ replacement: String, _ expected: String) throws {
    let text = Self.broken(part, replacement)
    let error = #expect(throws: ManifestError.self) { try Self.read(text) }
    let place = "\(error?.line ?? 0):\(error?.column ?? 0): \(error?.problem ?? "")"
    #expect(place.hasPrefix(expected), "\(place)")
    #expect(error?.code.rawValue == "ManifestInvalid")
    #expect(error?.reason.hasPrefix("line 1, column ") == true)
  }

  @Test("A CID of another version, codec, or hash is an error")
  func foreignCIDs() throws {
    for cid in [
      "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
      "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
    ] {
      let text = Self.broken("bafyreiahzlw6yonlk6pwpvg5ti5mnl5roxsz2rpz4rgxs5u6e5axj7aa2m", cid)
      #expect(throws: ManifestError.self, "\(cid)") { try Self.read(text) }
    }
  }

  @Test("Bytes that are not JSON are an error, and hostile ones do not trap")
  func hostile() {
    let inputs: [[UInt8]] = [
      [], [0xFF], Array("null".utf8), Array("[]".utf8), Array(repeating: 0x5B, count: 100_000),
      Array(String(repeating: "{\"resolutions\":", count: 10_000).utf8),
      Array(repeating: 0x20, count: LexiconManifest.maximumSize + 1),
    ]
    for bytes in inputs {
      #expect(throws: ManifestError.self) { try LexiconManifest.read(bytes) }
    }
  }

  @Test("Text of the file is printable in errors")
  func printable() {
    let error = #expect(throws: ManifestError.self) {
      try Self.read(Self.broken("[\"com.example.a\"]", "[\"\\u001b[31m\"]"))
    }
    #expect(error?.reason.contains("\\u{1b}[31m") == true)
  }
}
