import ATProtoData
import ATProtoSyntax
import Testing
import XRPC

@Suite struct XRPCParametersTests {
  typealias Parameters = Sample.GetThing.Parameters

  @Test(arguments: [
    ("actor=a.example", Parameters(actor: "a.example")),
    ("&&actor=a.example&", Parameters(actor: "a.example")),
    ("actor=did%3Aplc%3Ax&unknown=1&unknown=2", Parameters(actor: "did:plc:x")),
    ("limit=7&actor=a", Parameters(actor: "a", limit: 7)),
    ("limit=-9223372036854775808&actor=a", Parameters(actor: "a", limit: .min)),
    ("actor=a&uris=at%3A%2F%2Fx&uris=at://y", Parameters(actor: "a", uris: ["at://x", "at://y"])),
    ("actor=a&uris=one", Parameters(actor: "a", uris: ["one"])),
    ("actor=a&uris=", Parameters(actor: "a", uris: [""])),
    ("actor=a&cursor=a+b%2Bc%20d", Parameters(actor: "a", cursor: "a b+c d")),
    ("actor=a&cursor=%F0%9F%A6%8b", Parameters(actor: "a", cursor: "🦋")),
    ("actor=a&cursor=x=y", Parameters(actor: "a", cursor: "x=y")),
    ("actor=a&cursor=", Parameters(actor: "a")),
    ("actor=a&limit=&reverse", Parameters(actor: "a")),
    ("actor=", Parameters(actor: "")),
    ("actor=a&reverse=true", Parameters(actor: "a", reverse: true)),
    ("actor=a&reverse=false", Parameters(actor: "a", reverse: false)),
    ("actor=a&sort=weird&mode=long", Parameters(actor: "a", sort: "weird", mode: .long)),
    ("%61ctor=a", Parameters(actor: "a")),
  ])
  func validQueriesAreDecoded(_ query: String, _ expected: Parameters) throws {
    #expect(try Parameters(query: query) == expected)
    #expect(try Parameters(query: expected.query) == expected)
  }

  @Test(
    arguments: [
      ("", .missing, "actor"),
      ("limit=1", .missing, "actor"),
      ("ACTOR=a", .missing, "actor"),
      ("actor=a&actor=a", .duplicate, "actor"),
      ("actor=a&limit=1&limit=2", .duplicate, "limit"),
      ("actor=a&limit=+1", .malformed, "limit"),
      ("actor=a&limit=1.0", .malformed, "limit"),
      ("actor=a&limit=01", .malformed, "limit"),
      ("actor=a&limit=-0", .malformed, "limit"),
      ("actor=a&limit=%2B1", .malformed, "limit"),
      ("actor=a&limit=1e3", .malformed, "limit"),
      ("actor=a&limit=9223372036854775808", .malformed, "limit"),
      ("actor=a&reverse=1", .malformed, "reverse"),
      ("actor=a&reverse=True", .malformed, "reverse"),
      ("actor=a&mode=wide", .malformed, "mode"),
      ("actor=%", .encoding, "actor"),
      ("actor=%4", .encoding, "actor"),
      ("actor=%zz", .encoding, "actor"),
      ("actor=%ff", .encoding, "actor"),
      ("actor=a&unknown=%C0%80", .encoding, "unknown"),
      ("%ff=a", .encoding, ""),
      (String(repeating: "a=b&", count: 1_001), .tooMany, ""),
    ] as [(String, ParameterError.Code, String)]
  )
  func invalidQueriesAreRefused(_ query: String, _ code: ParameterError.Code, _ parameter: String) {
    let error = #expect(throws: ParameterError.self) { try Parameters(query: query) }
    #expect(error == ParameterError(code: code, parameter: parameter, reason: ""))
  }

  /// Defaults are sent, so that caches see one request for one meaning.
  @Test func defaultsAreWrittenToTheQuery() {
    #expect(Parameters(actor: "a.example").query == "actor=a.example&limit=50&sort=newest")
    #expect(
      Parameters(actor: "did:plc:x", uris: ["at://a b", "é"], reverse: true, mode: .short).query
        == "actor=did%3Aplc%3Ax&limit=50&uris=at%3A%2F%2Fa%20b&uris=%C3%A9&reverse=true"
        + "&sort=newest&mode=short"
    )
    #expect(NoParameters().query == "")
  }

  @Test func constraintViolationsAreReported() throws {
    let parameters = try Parameters(query: "actor=not%20a%20handle&limit=101&uris=a&uris=b&uris=c")
    #expect(
      Set(parameters.validate().map(\.path))
        == ["actor", "limit", "uris", "uris[0]", "uris[1]", "uris[2]"]
    )
  }

  @Test func noParametersIgnoresTheQuery() throws {
    #expect(try NoParameters(query: "a=b&a=c") == NoParameters())
  }
}
