import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Testing

/// Any input is parsed or rejected without trapping or taking long.
@Suite struct HostileInputTests {
  static let seeds = [
    ##"{"id":"did:web:a.com","alsoKnownAs":["at://a.com"],"verificationMethod":[{"id":"##
      + ##""#atproto","type":"Multikey","controller":"did:web:a.com","##
      + ##""publicKeyMultibase":"zQ3shXjHe"}],"service":[{"id":"did:web:a.com#atproto_pds","##
      + ##""type":"AtprotoPersonalDataServer","serviceEndpoint":"https://[::1]:8080/?x#y"}]}"##,
    #"{"type":"create","signingKey":"did:key:z","recoveryKey":"x","handle":"http://a.b","#
      + #""service":"c","prev":null,"sig":"AA"}"#,
    "https://user@[2001:db8::1]:8443/path?query#fragment", "::ffff:127.0.0.1", "//a.b:80/..",
    "did:web:localhost%3A8080", "127.0.0.1:53",
  ]

  @Test(arguments: seeds) func mutatedInputsAreRefusedWithoutATrap(_ seed: String) {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("{}[]\":,#%@/?.:0aA \\\u{0}\u{7F}é".utf8)
    for _ in 0..<2000 {
      var bytes = Array(seed.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = alphabet.randomElement(using: &random)!
        case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: index)
        default: if bytes.count > 1 { bytes.remove(at: index) }
        }
      }
      read(bytes)
    }
  }

  @Test(arguments: ["a", ".", ":", "[", "%", "/", "did=", "at://", "0", "\u{301}", "😀"])
  func largeInputsAreRefused(_ piece: String) {
    let text = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
    for prefix in ["", "https://", "did:web:", "{\"id\":\"did:web:a.com\",\"x\":\""] {
      read(Array((prefix + text).utf8))
    }
    #expect(HTTPURL("https://" + text) == nil)
    #expect(IPAddress(text) == nil)
  }

  private func read(_ bytes: [UInt8]) {
    if let document = try? DIDDocument(json: bytes, of: "did:web:a.com") {
      #expect(document.id == "did:web:a.com")
      _ = document.claimedHandle
      _ = try? document.signingKey()
      _ = try? document.pds
    }
    if let operation = try? PLCOperation(json: bytes) {
      #expect(operation.signer(among: operation.data?.rotationKeys ?? []) == nil)
      _ = operation.data?.document(of: operation.did)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let url = HTTPURL(text) {
      // The host that a URL reports is the one that is contacted.
      #expect(HTTPURL(url.description) == url)
      #expect(!url.host.contains("@") && url.target.hasPrefix("/"))
    }
    if let url = HTTPURL("https://a.com/b")?.resolving(text) {
      #expect(HTTPURL(url.description) == url)
    }
    if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
    if let did = try? DID(text), did.method == "web",
      let url = try? did.webDocumentURL(allowsLocalhost: true)
    {
      #expect(url.scheme == "https" || url.host == "localhost")
    }
    _ = SystemTXTResolver.Server(text)
  }
}
