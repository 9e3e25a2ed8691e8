import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import PLCDirectory
import Testing
import XRPC
import XRPCClient

@testable import PDS

/// PLC operations that the server signs and submits.
@Suite struct PLCOperationTests {
  typealias Identity = ComAtproto.Identity

  private func sign(
    _ account: TestAccount,
    _ change: (inout Identity.SignPlcOperation.Input) -> Void
  ) async throws -> DataValue {
    try await account.client.comAtproto.identity.requestPlcOperationSignature()
    var input = Identity.SignPlcOperation.Input(token: try account.server.mailedToken())
    change(&input)
    return try await account.client.comAtproto.identity.signPlcOperation(input).operation
  }

  private func submit(_ account: TestAccount, _ operation: DataValue) async throws {
    try await account.client.comAtproto.identity.submitPlcOperation(.init(operation: operation))
  }

  private func count(_ account: TestAccount) async throws -> Int {
    try await account.server.network.directory.log(of: account.did.parsed()).entries.count
  }

  @Test func signatureTokenWorksOnceAndForOneAccount() async throws {
    let account = try await TestServer().signUp()
    let calls = account.client.comAtproto.identity
    func sign(_ token: String?, keys: [String]? = nil) async -> String {
      await refusal {
        try await calls.signPlcOperation(
          .init(
            token: token,
            rotationKeys: keys,
            alsoKnownAs: ["at://alice.test", "https://a.com"]
          )
        )
      }
    }
    #expect(await sign(nil) == "400 InvalidRequest")
    #expect(await sign("AAAAA-AAAAA") == "400 InvalidToken")
    try await account.client.comAtproto.server.requestEmailConfirmation()
    #expect(await sign(try account.server.mailedToken()) == "400 InvalidToken")
    try await calls.requestPlcOperationSignature()
    let token = try account.server.mailedToken()
    // An operation that a PLC directory would reject does not use the token up.
    #expect(await sign(token, keys: ["did:key:z"]) == "400 InvalidRequest")
    #expect(await sign(token).hasPrefix("not refused"))
    #expect(await sign(token) == "400 InvalidToken")
    #expect(try await count(account) == 1)
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout Identity.SignPlcOperation.Input) -> Void
  }

  static let malformed: [Malformed] = [
    Malformed(testDescription: "no keys") { $0.rotationKeys = [] },
    Malformed(testDescription: "an invalid key") { $0.rotationKeys = ["x"] },
    Malformed(testDescription: "a thousand keys") {
      $0.rotationKeys = (0..<1000).map { "did:key:\($0)" }
    },
    Malformed(testDescription: "a long handle") {
      $0.alsoKnownAs = ["at://" + String(repeating: "x", count: 300)]
    },
    Malformed(testDescription: "invalid verification methods") { $0.verificationMethods = [1, 2] },
    Malformed(testDescription: "an invalid verification method") {
      $0.verificationMethods = ["atproto": 1]
    },
    Malformed(testDescription: "invalid services") { $0.services = "x" },
    Malformed(testDescription: "a service without an endpoint") {
      $0.services = ["atproto_pds": ["type": "x"]]
    },
  ]

  @Test(arguments: malformed) func malformedOperationIsNotSigned(_ test: Malformed) async throws {
    let account = try await TestServer().signUp()
    #expect(await refusal { try await sign(account, test.change) } == "400 InvalidRequest")
  }

  @Test func forgedOperationIsNotSubmitted() async throws {
    let account = try await TestServer().signUp()
    let identities = account.server.domain.identities
    let did = try account.did.parsed()
    let last = try await identities.lastOperation(of: did)
    let key = try await account.server.store.read { try $0.accounts.rotationKey(of: did) }
    let data = try #require(last.data)
    let forged = PLCOperation(data, after: last.cid, signedBy: PrivateKey(generating: .k256))
    let tombstone = PLCOperation(tombstoneAfter: last.cid, signedBy: key)
    for value in [forged.value, tombstone.value, last.value, ["a": 1], "x"] as [DataValue] {
      #expect(await refusal { try await submit(account, value) } == "400 InvalidRequest")
    }
    #expect(try await count(account) == 1)
  }

  @Test func takenDownAccountCanSignItsMigration() async throws {
    let account = try await TestServer().signUp()
    let client = account.server.client(token: try await account.takendownToken())
    let calls = client.comAtproto.identity
    try await calls.requestPlcOperationSignature()
    let key = PrivateKey(generating: .k256).publicKey.didKey
    _ = try await calls.signPlcOperation(
      .init(token: account.server.mailedToken(), rotationKeys: [key])
    )
    // Nothing else changes.
    #expect(
      await refusal { try await calls.updateHandle(.init(handle: "other.test")) }.hasPrefix("40")
    )
  }

  @Test func identityWithoutTheServersKeyCannotBeChanged() async throws {
    let account = try await TestServer().signUp()
    let identities = account.server.domain.identities
    try await identities.changeIdentity(of: account.did.parsed()) { data in
      data.rotationKeys = ["did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"]
    } _: { _ in
    }
    let calls = account.client.comAtproto.identity
    #expect(
      await refusal { try await calls.updateHandle(.init(handle: "other.test")) }
        == "400 InvalidRequest"
    )
    #expect(
      await refusal { try await sign(account) { $0.alsoKnownAs = ["at://mallory.test"] } }
        == "400 InvalidRequest"
    )
    #expect(try await account.client.comAtproto.server.getSession().handle == "alice.test")
    #expect(try await count(account) == 2)
  }

  @Test func administratorCanReplaceTheSigningKeyWithAReservedOne() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.create(.post("x"))
    let before = try await account.verifiedExport()
    let admin = account.server.administrator.comAtproto.admin
    let key = try await account.server.client.comAtproto.server.reserveSigningKey(
      .init(did: account.did)
    ).signingKey
    for wrong in [PrivateKey(generating: .k256).publicKey.didKey, "did:key:x"] {
      let refused = await refusal {
        try await admin.updateAccountSigningKey(
          .init(did: account.did, signingKey: FormatString(wrong))
        )
      }
      #expect(refused == "400 InvalidRequest")
    }
    try await admin.updateAccountSigningKey(.init(did: account.did, signingKey: FormatString(key)))
    let did = try account.did.parsed()
    let data = try await account.server.network.directory.data(of: did)
    #expect(data.signingKey?.didKey == key)
    var renewed = account
    renewed.output.didDoc = data.document(of: did)
    // The same records, in a commit signed with the new key.
    let after = try await renewed.verifiedExport()
    #expect(after.records == before.records && after.commit.rev > before.commit.rev)
    _ = try await renewed.create(.post("y"))
    #expect(try await renewed.verifiedExport().records.count == 2)
  }

  // MARK: Resolving

  @Test func localHandlesResolveWithoutTheNetwork() async throws {
    let server = try TestServer()
    let calls = server.client.comAtproto.identity
    func resolve(_ identifier: String) async -> String {
      do {
        let info = try await calls.resolveIdentity(.init(identifier: FormatString(identifier)))
        return "\(info.did) \(info.handle)"
      } catch {
        return error.refusal
      }
    }
    #expect(await resolve("alice.test") == "400 HandleNotFound")
    let alice = try await server.signUp()
    #expect(await resolve("Alice.test") == "\(alice.did) alice.test")
    #expect(await resolve(alice.did.string) == "\(alice.did) alice.test")
    try await alice.client.comAtproto.identity.updateHandle(.init(handle: "alicia.test"))
    #expect(await resolve("alicia.test") == "\(alice.did) alicia.test")
    #expect(await resolve("alice.test") == "400 HandleNotFound")
    var input = ComAtproto.Server.CreateAccount.Input.sample("alice")
    input.email = "other@mail.test"
    let other = try await server.client.comAtproto.server.createAccount(input)
    #expect(await resolve("alice.test") == "\(other.did) alice.test")
    try await server.domain.deletion.delete(other.did.parsed())
    #expect(await resolve("alice.test") == "400 HandleNotFound")
  }

  @Test func deactivatedDIDIsReported() async throws {
    let account = try await TestServer().signUp()
    let identities = account.server.domain.identities
    let did = try account.did.parsed()
    let last = try await identities.lastOperation(of: did)
    let key = try await account.server.store.read { try $0.accounts.rotationKey(of: did) }
    try await identities.submit(PLCOperation(tombstoneAfter: last.cid, signedBy: key), of: did)
    await identities.directory.purge(did, handle: nil)
    let calls = account.server.client.comAtproto.identity
    #expect(
      await refusal { try await calls.resolveDid(.init(did: account.did)) }
        == "400 DidDeactivated"
    )
    #expect(
      await refusal { try await calls.resolveIdentity(.init(identifier: account.repo)) }
        == "400 DidDeactivated"
    )
    #expect(
      await refusal {
        try await account.client.comAtproto.identity.updateHandle(.init(handle: "b.test"))
      }.hasPrefix("400 ")
    )
  }
}
