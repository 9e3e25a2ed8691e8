import HTTPTypes
import Testing

@testable import OAuthClient

/// Nonces by server and key.
@Suite struct DPoPNonceCacheTests {
  private func head(_ nonce: String?) -> HTTPResponse {
    var head = HTTPResponse(status: .ok)
    head.headerFields[.dpopNonce] = nonce
    return head
  }

  @Test func noncesOfServersAndKeysAreApart() {
    let cache = DPoPNonceCache()
    #expect(cache.note(head("one"), of: "https://a.example", for: "k"))
    #expect(cache.note(head("two"), of: "https://b.example", for: "k"))
    #expect(cache.note(head("three"), of: "https://a.example", for: "l"))
    #expect(!cache.note(head(nil), of: "https://a.example", for: "k"))
    #expect(cache.nonce(of: "https://a.example", for: "k") == "one")
    #expect(cache.nonce(of: "https://b.example", for: "k") == "two")
    #expect(cache.nonce(of: "https://a.example", for: "l") == "three")
    #expect(cache.nonce(of: "https://b.example", for: "l") == nil)
  }

  @Test(arguments: ["", "a b", "a\"b", "a\\b", "ä", String(repeating: "n", count: 513)])
  func textsThatAreNotNoncesAreIgnored(_ text: String) {
    let cache = DPoPNonceCache()
    #expect(!cache.note(head(text), of: "https://a.example", for: "k"))
    #expect(cache.nonce(of: "https://a.example", for: "k") == nil)
  }

  @Test func cacheIsBounded() {
    let cache = DPoPNonceCache(capacity: 10)
    for number in 0..<100 { cache.note(head("n"), of: "https://\(number).example", for: "k") }
    let kept = (0..<100).filter { cache.nonce(of: "https://\($0).example", for: "k") != nil }
    #expect((5...10).contains(kept.count) && kept.last == 99)
  }
}
