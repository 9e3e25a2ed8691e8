import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import Foundation
import TestSupport
import Testing

@testable import Labeler
@testable import atproto

/// What `atproto labeler setup` changes in an identity.
@Suite struct LabelerSetupTests {
  private static let url = "https://labels.example.com"
  private static let rotation = PrivateKey(generating: .k256)
  private static let account = PLCData(
    rotationKeys: [rotation.publicKey.didKey],
    verificationMethods: [
      "atproto": PrivateKey(generating: .k256).publicKey.didKey, "other": "did:key:z",
    ],
    alsoKnownAs: ["at://labels.example.com", "https://example.com"],
    services: [
      "atproto_pds": .init(type: "AtprotoPersonalDataServer", endpoint: "https://pds.example.com"),
      "feed": .init(type: "FeedGenerator", endpoint: "https://feed.example.com"),
    ]
  )

  @Test func setupAddsKeyAndServiceAndKeepsTheRest() {
    let key = PrivateKey(generating: .k256).publicKey
    let setup = LabelerSetup(adding: key, url: Self.url, to: Self.account)
    #expect(setup.changes == [.key, .service])
    var expected = Self.account
    expected.verificationMethods["atproto_label"] = key.didKey
    expected.services["atproto_labeler"] = .init(type: "AtprotoLabeler", endpoint: Self.url)
    #expect(setup.data == expected)
  }

  @Test func setupTwiceChangesNothing() {
    let key = PrivateKey(generating: .k256).publicKey
    let first = LabelerSetup(adding: key, url: Self.url, to: Self.account)
    let second = LabelerSetup(adding: key, url: Self.url, to: first.data)
    #expect(second.changes.isEmpty && second.data == first.data)
  }

  @Test func anotherKeyReplacesOnlyTheKey() {
    let first = LabelerSetup(
      adding: PrivateKey(generating: .k256).publicKey,
      url: Self.url,
      to: Self.account
    )
    let key = PrivateKey(generating: .k256).publicKey
    let second = LabelerSetup(adding: key, url: Self.url, to: first.data)
    #expect(second.changes == [.key])
    #expect(second.data.verificationMethods["atproto_label"] == key.didKey)
  }

  @Test func removalLeavesTheAccount() {
    let key = PrivateKey(generating: .k256).publicKey
    let setup = LabelerSetup(adding: key, url: Self.url, to: Self.account)
    let removal = LabelerSetup(removingFrom: setup.data)
    #expect(removal.changes == [.key, .service])
    #expect(removal.data == Self.account)
    #expect(LabelerSetup(removingFrom: Self.account).changes.isEmpty)
  }

  @Test func onlyARotationKeySigns() throws {
    let genesis = PLCOperation(genesis: Self.account, signedBy: Self.rotation)
    let setup = LabelerSetup(
      adding: PrivateKey(generating: .k256).publicKey,
      url: Self.url,
      to: Self.account
    )
    let operation = try setup.operation(after: genesis, signedBy: Self.rotation)
    #expect(operation.prev == genesis.cid && operation.data == setup.data)
    let error = #expect(throws: CommandError.self) {
      try setup.operation(after: genesis, signedBy: PrivateKey(generating: .k256))
    }
    #expect(error?.reason.contains("is not a rotation key") == true)
  }

  @Test func didWebOwnerGetsTheEntriesToPublish() throws {
    let key = PrivateKey(generating: .k256).publicKey
    let did: DID = "did:web:labels.example.com"
    var document = LabelerSetup.webEntries(of: did, key: key, url: Self.url).object ?? [:]
    // The same entries are named when they have to be removed.
    let withdrawn = LabelerSetup.webEntryIDs(of: did)
    for name in ["verificationMethod", "service"] {
      #expect(document[name]?.array?.map { $0["id"] } == withdrawn[name]?.array)
    }
    document["id"] = .string(did.string)
    let parsed = try DIDDocument(.object(document))
    #expect(try parsed.signingKey("atproto_label") == key)
    #expect(
      try parsed.endpoint("atproto_labeler", type: "AtprotoLabeler").origin == Self.url
    )
  }

  // MARK: Key files

  @Test func generatedKeyIsReadBackAndNeverOverwritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/key"
    let key = try LabelerKeyFile.generate(path)
    #expect(try LabelerKeyFile.read(path).publicKey == key.publicKey)
    let error = #expect(throws: CommandError.self) { try LabelerKeyFile.generate(path) }
    #expect(error?.reason == "\(path) exists; use it with --key-file")
  }

  @Test(arguments: ["", "not a key", "0102", String(repeating: "00", count: 32)])
  func fileWithoutAKeyIsRefused(_ text: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/key"
    try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: (any Error).self) { try LabelerKeyFile.read(path) }
  }

  @Test func keyOnAnotherCurveIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/key"
    try PrivateKey(generating: .p256).multikey.write(
      toFile: path,
      atomically: true,
      encoding: .utf8
    )
    let error = #expect(throws: CommandError.self) { try LabelerKeyFile.read(path) }
    #expect(error?.reason.contains("K-256") == true)
  }
}
