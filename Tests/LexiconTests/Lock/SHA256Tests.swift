import ATProtoData
import ATProtoRepo
import Testing

@testable import Lexicon

@Suite("SHA-256 of the lock")
struct SHA256Tests {
  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  @Test(
    "Text has the published hash",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ]
  )
  func vectors(_ text: String, _ hash: String) {
    #expect(Self.hexadecimal(SHA256.hash(Array(text.utf8))) == hash)
  }

  @Test("Each length around a block has the hash that OpenSSL computes")
  func lengths() {
    for count in Array(0...130) + [1000, 4096] {
      let bytes = (0..<count).map { UInt8($0 % 251) }
      let cid = CID(codec: .dagCBOR, sha256Digest: SHA256.hash(bytes))
      #expect(cid == CID(hashingDAGCBOR: bytes), "\(count) bytes")
    }
  }
}
