import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import ServiceKit

@Suite struct WellKnownDocumentsTests {
  private static let did: DID = "did:web:labels.example.com"

  private func document(_ keys: [WellKnownDocuments.KeyEntry]) async throws -> DataValue {
    let documents = WellKnownDocuments(
      of: Self.did,
      keys: keys,
      services: [.init(id: "#atproto_labeler", type: "AtprotoLabeler")],
      baseURL: { "https://labels.example.com" },
      greeting: "Hello"
    )
    let request = Request(
      head: HTTPRequest(
        method: .get,
        scheme: "https",
        authority: "labels.example.com",
        path: "/.well-known/did.json"
      ),
      body: RequestBody(buffer: ByteBuffer())
    )
    let response = try #require(try await documents.response(to: request))
    let body = BodyCollector()
    try await response.body.write(body)
    return try DataValue(json: body.bytes.value.withLock { $0 })
  }

  @Test func keysAreListedAsMultikeysOfTheDID() async throws {
    let key = PrivateKey(generating: .k256).publicKey
    let value = try await document([.init(id: "#atproto_label", multikey: key.multikey)])
    #expect(
      value["@context"] == [
        "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1",
      ]
    )
    let document = try DIDDocument(value)
    #expect(document.id == Self.did)
    #expect(try document.signingKey("atproto_label") == key)
    let url = try document.endpoint("atproto_labeler", type: "AtprotoLabeler")
    #expect(url.origin == "https://labels.example.com")
  }

  @Test func documentWithoutKeysHasNoMethods() async throws {
    let value = try await document([])
    #expect(value["verificationMethod"] == nil)
    #expect(value["@context"] == ["https://www.w3.org/ns/did/v1"])
  }
}

/// Collects what a response body writes.
private struct BodyCollector: ResponseBodyWriter {
  final class Bytes: Sendable {
    let value = Mutex<[UInt8]>([])
  }

  let bytes = Bytes()

  mutating func write(_ buffer: ByteBuffer) async throws {
    bytes.value.withLock { $0 += Array(buffer.readableBytesView) }
  }

  consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
