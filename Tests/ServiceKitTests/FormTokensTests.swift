import HTTPTypes
import Testing

@testable import ServiceKit

@Suite struct FormTokensTests {
  private let tokens = FormTokens(key: Array(repeating: 1, count: 32)) { "https://a.example.com" }

  @Test func tokenBelongsToItsPartsAndItsKey() {
    let token = tokens.token(["form", "session"])
    #expect(tokens.isToken(token, of: ["form", "session"]))
    for parts in [["form", "other"], ["forms", "ession"], ["form"], []] {
      #expect(!tokens.isToken(token, of: parts))
    }
    #expect(!tokens.isToken(nil, of: ["form", "session"]))
    let other = FormTokens(key: Array(repeating: 2, count: 32)) { "https://a.example.com" }
    #expect(!other.isToken(token, of: ["form", "session"]))
  }

  @Test(
    arguments: [
      ([:], true), (["Sec-Fetch-Site": "same-origin"], true), (["Sec-Fetch-Site": "none"], true),
      (["Origin": "https://a.example.com"], true), (["Origin": "https://a.example.com:8443"], true),
      (["Sec-Fetch-Site": "same-site"], false), (["Sec-Fetch-Site": "cross-site"], false),
      (["Origin": "https://b.example.com"], false), (["Origin": "null"], false),
      (["Origin": "http://a.example.com:8443"], false),
    ] as [([String: String], Bool)]
  )
  func originDecides(_ fields: [String: String], _ isOwn: Bool) {
    var headers = HTTPFields()
    for (name, value) in fields { headers[HTTPField.Name(name)!] = value }
    #expect(tokens.isFromThisServer(headers, authority: "a.example.com:8443") == isOwn)
  }

  @Test(
    arguments: [
      ([:], true), (["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"], true),
      (["Sec-Fetch-Dest": "iframe"], false), (["Sec-Fetch-Mode": "cors"], false),
    ] as [([String: String], Bool)]
  )
  func embeddedPageIsNotOpened(_ fields: [String: String], _ isOpened: Bool) {
    var headers = HTTPFields()
    for (name, value) in fields { headers[HTTPField.Name(name)!] = value }
    #expect(FormTokens.isOpened(headers) == isOpened)
  }
}
