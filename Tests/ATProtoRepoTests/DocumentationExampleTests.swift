import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Testing

/// The first examples of the DocC pages, so that they compile and work as described.
@Suite struct DocumentationExampleTests {
  @Test("the example of ATProtoSyntax prints the parts of identifiers")
  func syntax() throws {
    let text = "at://alice.example.com/app.bsky.feed.post/3jzfcijpj2z2a"
    let uri = try ATURI(text)
    #expect(uri.authority.handle?.normalized.string == "alice.example.com")
    #expect(uri.recordKey?.string == "3jzfcijpj2z2a")
    let did: DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
    #expect(did.method == "plc")
  }

  @Test("the example of ATProtoData reads JSON and writes DAG-CBOR")
  func data() throws {
    let value = try DataValue(json: #"{"$type":"com.example.note","text":"Hello"}"#)
    #expect(value["text"]?.string == "Hello")
    let bytes = value.cborBytes()
    let same = try DataValue(cbor: bytes)
    #expect(same == value)
  }

  @Test("the example of ATProtoCrypto signs and verifies")
  func crypto() throws {
    let key = PrivateKey(generating: .k256)
    let message = [UInt8]("Hello".utf8)
    let signature = key.sign(message)
    let publicKey = try PublicKey(didKey: key.publicKey.didKey)
    #expect(publicKey.isValidSignature(signature, for: message))
  }

  @Test("the example of ATProtoRepo creates a repository")
  func repository() throws {
    let key = PrivateKey(generating: .k256)
    var store = MemoryBlockStore()
    let path = try RepoPath("com.example.note/self")
    let note: DataValue = ["$type": "com.example.note", "text": "Hello"]

    let (repository, result) = try Repository.create(
      "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      writes: [.create(path, record: note.cborBytes())],
      rev: TIDGenerator().next(),
      key: key,
      store: store
    )
    store.apply(result.changes)
    try repository.commit.verify(key.publicKey)
    #expect(try Repository(head: repository.commit.cid, store: store).record(path) != nil)
  }
}
