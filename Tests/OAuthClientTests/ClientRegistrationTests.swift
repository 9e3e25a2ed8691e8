import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import OAuthClient

/// The documents that an app publishes about itself.
@Suite struct ClientRegistrationTests {
  private static let key = ClientKey(id: "key-1", privateKey: PrivateKey(generating: .p256))

  @Test func publicClientHasNoKeys() throws {
    let registration = try FakeNetwork.registration()
    let document = try DataValue(json: registration.metadataDocument)
    #expect(document["client_id"]?.string == FakeNetwork.clientID)
    #expect(document["token_endpoint_auth_method"] == "none")
    #expect(document["dpop_bound_access_tokens"] == true)
    #expect(document["scope"] == "atproto repo:com.example.note transition:generic")
    #expect(document["jwks"] == nil && document["jwks_uri"] == nil)
    // A server accepts it.
    _ = try OAuthClientMetadata(
      json: registration.metadataDocument,
      id: OAuthClientID(registration.clientID)
    )
  }

  @Test func confidentialClientPublishesPublicKeys() throws {
    let registration = try FakeNetwork.registration(keys: [Self.key])
    let metadata = try OAuthClientMetadata(
      json: registration.metadataDocument,
      id: OAuthClientID(registration.clientID)
    )
    #expect(metadata.isConfidential)
    let set = try JWKSet(json: registration.keySetDocument)
    #expect(set.keys(named: "key-1").map(\.publicKey) == [Self.key.privateKey.publicKey])
    let secret = Self.key.privateKey.multikey
    for document in [registration.metadataDocument, registration.keySetDocument] {
      let text = String(decoding: document, as: UTF8.self)
      #expect(!text.contains(secret) && !text.contains(#""d":"#))
    }
  }

  @Test func keySetCanHaveAURLOfItsOwn() throws {
    let registration = try ClientRegistration(
      id: FakeNetwork.clientID,
      redirectURIs: [FakeNetwork.redirectURI],
      scope: "atproto",
      keys: [Self.key],
      keySetURL: HTTPURL("https://app.example.com/jwks.json")
    )
    let document = try DataValue(json: registration.metadataDocument)
    #expect(document["jwks_uri"] == "https://app.example.com/jwks.json" && document["jwks"] == nil)
  }

  @Test func localhostClientIsItsID() throws {
    let registration = try ClientRegistration.localhost(
      redirectURIs: ["http://127.0.0.1/callback"],
      scope: "atproto transition:generic"
    )
    #expect(
      registration.clientID
        == "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback"
        + "&scope=atproto%20transition%3Ageneric"
    )
    let again = try ClientRegistration.localhost(registration.clientID)
    #expect(again.metadata == registration.metadata)
    // The port of the listener is free.
    let uri = "http://127.0.0.1:49152/callback"
    #expect(try registration.redirectURI(requesting: uri) == uri)
    #expect(throws: OAuthClientError(.registration, "")) {
      try registration.redirectURI(requesting: "http://127.0.0.1:49152/other")
    }
  }

  @Test(arguments: [
    ("http://app.example.com/client.json", "https://app.example.com/callback", "atproto"),
    ("https://app.example.com/client.json", "http://app.example.com/callback", "atproto"),
    ("https://app.example.com/client.json", "javascript:alert(1)", "atproto"),
    (
      "https://app.example.com/client.json", "https://app.example.com/callback",
      "transition:generic"
    ),
    ("https://app.example.com", "https://app.example.com/callback", "atproto"),
  ])
  func registrationThatServersRefuseIsRefused(
    _ id: String,
    _ redirectURI: String,
    _ scope: String
  ) {
    #expect(throws: OAuthClientError(.registration, "")) {
      try ClientRegistration(id: id, redirectURIs: [redirectURI], scope: scope)
    }
  }

  @Test func keysWithOneNameAreRefused() {
    #expect(throws: OAuthClientError(.registration, "")) {
      try FakeNetwork.registration(keys: [Self.key, Self.key])
    }
  }

  @Test(arguments: [
    "http://localhost?scope=transition:generic", "https://app.example.com/c.json", "",
  ])
  func otherIDsAreNotOnLocalhost(_ id: String) {
    #expect(throws: OAuthClientError(.registration, "")) { try ClientRegistration.localhost(id) }
  }
}
