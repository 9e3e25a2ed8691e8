import ATProtoSyntax
import Testing

/// All formats behind one interface, for tests that cover all of them.
struct AnyFormat: Sendable, CustomTestStringConvertible {
  var name: String
  var parse: @Sendable (String) throws(SyntaxError) -> String
  /// Valid strings to start mutations from.
  var seeds: [String]

  init<Format: StringFormat>(_ type: Format.Type, _ seeds: [String]) {
    self.name = Format.formatName
    self.parse = { text throws(SyntaxError) in try Format(text).string }
    self.seeds = seeds
  }

  var testDescription: String { name }

  func accepts(_ text: String) -> Bool {
    (try? parse(text)) != nil
  }

  static let all: [AnyFormat] = [
    AnyFormat(ATIdentifier.self, ["did:plc:ewvi7nxzyoun6zhxrhs64oiz", "jay.bsky.social"]),
    AnyFormat(
      ATURI.self,
      ["at://foo.com/com.example.foo/123", "at://did:web:a.b/a.b.c", "at://did:plc:abc"]
    ),
    AnyFormat(
      CIDString.self,
      ["bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a", "zdj7WWeQ43G6JJvLWQWZ"]
    ),
    AnyFormat(
      Datetime.self,
      ["1985-04-12T23:20:50.123Z", "2000-02-29T00:00:00-07:30", "0000-01-01T00:00:00.000Z"]
    ),
    AnyFormat(DID.self, ["did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:web:localhost%3A1234"]),
    AnyFormat(Handle.self, ["jay.bsky.social", "8.cn", "xn--ls8h.test"]),
    AnyFormat(
      Language.self,
      ["ja", "pt-BR", "hy-Latn-IT-arevela", "en-a-bb-x-c", "i-default", "x-y"]
    ),
    AnyFormat(NSID.self, ["com.example.fooBar", "cn.8.lex.stuff", "a-0.b-1.c"]),
    AnyFormat(RecordKey.self, ["3jui7kd54zh2y", "~1.2-3_", "pre:fix"]),
    AnyFormat(SpaceRef.self, ["at://did:plc:abc/space/com.example.forum/self"]),
    AnyFormat(TID.self, ["3jzfcijpj2z2a", "7777777777777"]),
    AnyFormat(URIString.self, ["https://example.com/a?b=%20#c", "dns:example.com"]),
  ]

  static func named(_ name: String) -> AnyFormat {
    all.first { $0.name == name }!
  }
}

/// The code of the rule that a string breaks, or nil if it is valid.
func code<Format: StringFormat>(_: Format.Type, _ text: String) -> SyntaxError.Code? {
  do throws(SyntaxError) {
    _ = try Format(text)
    return nil
  } catch {
    return error.code
  }
}
