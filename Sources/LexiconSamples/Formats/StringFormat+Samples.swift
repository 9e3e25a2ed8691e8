public import Lexicon

extension StringSchema.Format {
  /// Valid strings of the format: common ones, and ones that careless readers reject.
  public var validSamples: [String] {
    switch self {
    case .atIdentifier: Self.did.validSamples + Self.handle.validSamples
    case .atURI:
      [
        "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/com.example.note/3jui7kd54zh2y", "at://a.example",
        "at://did:web:a.example/com.example.note", "at://a.example/com.example.note/~self:1.0_-",
      ]
    case .cid:
      [
        "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
        "bafkreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm",
      ]
    case .datetime:
      [
        "1985-04-12T23:20:50Z", "1985-04-12T23:20:50.0Z", "1985-04-12T23:20:50.120Z",
        "1985-04-12T23:20:50.12345678912345Z", "1985-04-12T23:20:50.123-07:00",
        "1985-04-12T23:20:50.123+00:00", "0000-01-01T00:00:00.000Z", "2000-02-29T23:59:59Z",
      ]
    case .did:
      [
        "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "did:web:a.example", "did:m:v", "did:method::::val",
        "did:web:localhost%3A1234", "did:method:-:_:.",
      ]
    case .handle: ["a.example", "8.cn", "XX.LCS.MIT.EDU", "name.t--t", "xn--notarealidn.com"]
    case .language:
      ["ja", "ban", "pt-BR", "hy-Latn-IT-arevela", "x-whatever", "i-klingon", "en-a-b1-x-y"]
    case .nsid: ["com.example.note", "a.b.c", "cn.8.lex.stuff", "com.example-x.fooBarV2"]
    case .recordKey: ["3jui7kd54zh2y", "self", "~1.2-3_", "pre:fix", "...", "_"]
    case .spaceRef:
      [
        "at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/space/com.example.forum/self",
        "at://did:web:a.example/space/a.b.c/3jui7kd54zh2y", "at://did:m:v/space/a.b.c/_",
      ]
    case .tid: ["3jzfcijpj2z2a", "2222222222222", "7777777777777"]
    case .uri:
      [
        "https://a.example/b%20c?d=e#f", "did:plc:abc", "at://a.example/b.c.d/e", "wss://a.example",
        "mailto:a@a.example", "ipfs://bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a",
        "dns:a.example", "a:b",
      ]
    }
  }

  /// Invalid strings of the format, each for a different reason.
  public var invalidSamples: [String] {
    switch self {
    case .atIdentifier: ["", "did:plc", "@a.example", "example", "did:plc:", "a..example"]
    case .atURI:
      [
        "", "at://", "http://a.example", "at://a.example/", "at://example", "at://a.example/note",
        "at://a.example/com.example.note/", "at://a.example/com.example.note/a/b",
        "at://a.example/com.example.note/..", "at://a.example#/a", "at://a.example?b=c",
      ]
    case .cid: ["", "bafy", "not a CID", "zzzz", "-bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4ruj"]
    case .datetime:
      [
        "", "1985-04-12", "1985-04-12T23:20Z", "1985-04-12T23:20:5Z", "1985-04-12T23:20:50.123",
        "1985-04-12t23:20:50Z", "1985-04-12T23:20:50z", "1985-04-12 23:20:50Z",
        "1985-04-12T23:20:50-00:00", "1985-04-12T23:20:50+0000", "1985-04-12T23:20:50.Z",
        "-1985-04-12T23:20:50Z", "1985-00-12T23:20:50Z", "1985-02-29T23:20:50Z",
        "1985-04-12T23:99:50Z", "0000-01-01T00:00:00+01:00",
      ]
    case .did: ["", "did:method", "did:method:", "DID:a:b", "did:A:b", "did:a:b/c", "did:a:b:"]
    case .handle:
      ["", "example", "a..example", ".a.example", "a.example.", "-a.example", "a.0", "a_b.example"]
    case .language: ["", "j", "JA", "ja-", "ja_JP", "a-DE", "i-unknown", "en-x", "de-1901-1901"]
    case .nsid:
      ["", "com.example", "com..note", "com.example.3", "com.example.a-b", "com.example.*"]
    case .recordKey: ["", ".", "..", "a/b", "a b", "#a", "a%20", "é"]
    case .spaceRef:
      [
        "", "at://did:m:v", "at://did:m:v/space/a.b.c", "at://did:m:v/space/a.b.c/",
        "at://a.example/space/a.b.c/self", "at://did:m:v/a.b.c/self",
        "at://did:m:v/space/a.b.c/self/did:m:v",
      ]
    case .tid: ["", "3jzfcijpj2z2", "3jzfcijpj2z2aa", "zzzzzzzzzzzzz", "0000000000000"]
    case .uri: ["", "a.example", "//a.example", "http:", "https://a.example/b c", "1a:b", "a:é"]
    }
  }

  /// A valid string with exactly the given number of bytes; nil if it cannot be created easily.
  func text(ofLength length: Int) -> String? {
    func letters(_ count: Int, after prefix: String, atMost limit: Int) -> String? {
      count > 0 && length <= limit ? prefix + String(repeating: "a", count: count) : nil
    }
    switch self {
    case .atIdentifier, .did: return letters(length - 6, after: "did:m:", atMost: 2_048)
    case .atURI: return letters(length - 11, after: "at://did:m:", atMost: 2_053)
    case .cid, .tid: return validSamples.first { $0.utf8.count == length }
    case .datetime:
      if length == 20 { return "1985-04-12T23:20:50Z" }
      guard length >= 22, length <= 64 else { return nil }
      return "1985-04-12T23:20:50." + String(repeating: "0", count: length - 21) + "Z"
    case .handle: return length > 253 ? nil : Self.labels(length)
    case .language: return Self.privateUse(length)
    case .nsid: return length > 255 ? nil : Self.labels(length - 2).map { $0 + ".n" }
    case .recordKey: return letters(length, after: "", atMost: 512)
    case .spaceRef: return letters(length - 25, after: "at://did:m:v/space/a.b.c/", atMost: 537)
    case .uri: return letters(length - 2, after: "u:", atMost: 8_192)
    }
  }

  /// A host name whose labels have at most 63 characters each.
  private static func labels(_ length: Int) -> String? {
    guard length >= 3 else { return nil }
    var text = ""
    var rest = length
    while rest > 65 {
      let label = min(63, rest - 4)
      text += String(repeating: "a", count: label) + "."
      rest -= label + 1
    }
    return text + String(repeating: "a", count: rest - 2) + ".b"
  }

  /// A `privateuse` tag (RFC 5646), whose parts have at most eight characters each.
  private static func privateUse(_ length: Int) -> String? {
    guard length >= 3, length <= 128 else { return nil }
    var text = "x"
    var rest = length - 1
    while rest > 9 {
      let part = rest == 10 ? 7 : 8
      text += "-" + String(repeating: "a", count: part)
      rest -= part + 1
    }
    return text + "-" + String(repeating: "a", count: rest - 1)
  }
}
