import ATProtoAuth
import Testing

@Suite struct FormParametersTests {
  static let form = "application/x-www-form-urlencoded"

  @Test("a form and a JSON object of strings are read alike")
  func bodies() throws {
    let form = try FormParameters(
      [UInt8]("a=b+c%20%2B&scope=atproto+repo%3Aa.b.c&empty=&n=7&flag=true&x%3D=%C3%A9".utf8),
      contentType: "Application/x-www-form-urlencoded; charset=UTF-8"
    )
    let json = try FormParameters(
      [UInt8](
        #"{"a":"b c +","scope":"atproto repo:a.b.c","empty":"","n":7,"flag":true,"x=":"é","z":null}"#
          .utf8
      ),
      contentType: "application/json"
    )
    #expect(form == json)
    #expect(form["a"] == "b c +" && form["x="] == "é" && form["empty"] == nil)
    #expect(form.names == ["a", "flag", "n", "scope", "x="])
    #expect(try form.required("n") == "7")
    #expect(throws: OAuthError(.invalidRequest, "")) { try form.required("empty") }
    #expect(try FormParameters(form: form.form) == form)
    #expect(try FormParameters(query: "a=b&&c")["a"] == "b")
    #expect(FormParameters(["a": "", "b": "c"]).names == ["b"])
  }

  @Test(
    "a body that is malformed, repeated, or too large is refused",
    arguments: [
      (form, "a=b&a=b"), (form, "a=&a="), (form, "a=%"), (form, "a=%zz"), (form, "a=%ff"),
      (form, "a=" + String(repeating: "b", count: FormParameters.maximumValueLength + 1)),
      (form, (0...FormParameters.maximumCount).map { "a\($0)=b" }.joined(separator: "&")),
      (form, String(repeating: "&", count: FormParameters.maximumLength + 1)),
      ("application/json", ""), ("application/json", "[]"), ("application/json", #"{"a":["b"]}"#),
      ("application/json", #"{"a":{"b":1}}"#), ("application/json", #"{"a":1.5}"#),
      ("application/json", #"{"a":"b","a":"b"}"#),
      ("application/json", String(repeating: "[", count: 100_000)),
      ("text/plain", "a=b"), ("multipart/form-data", "a=b"), ("", "a=b"), (nil, "a=b"),
    ] as [(String?, String)]
  )
  func refused(contentType: String?, body: String) {
    #expect(throws: OAuthError(.invalidRequest, "")) {
      try FormParameters([UInt8](body.utf8), contentType: contentType)
    }
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    for type in [Self.form, "application/json"] {
      #expect(throws: OAuthError(.invalidRequest, "")) {
        try FormParameters([0x61, 0x3D, 0xFF], contentType: type)
      }
    }
  }

  @Test("a reason is printable ASCII without quotes, whatever it quotes")
  func errorDescriptions() {
    let error = OAuthError(
      .invalidRequest,
      "a\"b\\c\u{0}\n<é>" + String(repeating: "x", count: 9999)
    )
    #expect(error.reason.hasPrefix("a'b'c??<?>x"))
    #expect(error.reason.utf8.count == 500)
    #expect(OAuthError.Code(rawValue: "use_dpop_nonce") == .useDPoPNonce)
  }
}
