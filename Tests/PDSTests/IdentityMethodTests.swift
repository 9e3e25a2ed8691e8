import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import PLCDirectory
import Testing
import XRPC

@testable import PDS

@Suite struct IdentityMethodTests {
  private func setHandle(_ handle: String, of account: TestAccount) async -> String {
    await refusal {
      try await account.client.comAtproto.identity.updateHandle(
        ComAtproto.Identity.UpdateHandle.Input(handle: FormatString(handle))
      )
    }
  }

  @Test func changedHandleAppearsInDIDAccountAndFirehose() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    #expect(await setHandle("Bob.test", of: account) == "not refused: ()")
    #expect(try await account.client.comAtproto.server.getSession().handle == "bob.test")
    let data = try await server.network.directory.data(of: account.did.parsed())
    #expect(data.handle == "bob.test")
    let calls = server.client.comAtproto.identity
    let resolved = try await calls.resolveHandle(
      ComAtproto.Identity.ResolveHandle.Parameters(handle: "bob.test")
    )
    #expect(resolved.did == account.did)
    #expect(
      await refusal {
        try await calls.resolveHandle(
          ComAtproto.Identity.ResolveHandle.Parameters(handle: "alice.test")
        )
      } == "400 HandleNotFound"
    )
    let described = try await server.client.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: account.repo)
    )
    #expect(described.handle == "bob.test" && described.handleIsCorrect)
    #expect(described.didDoc["alsoKnownAs"] == ["at://bob.test"])
    var reader = FirehoseReader()
    try await reader.read(
      server.store,
      keys: [account.did.string: account.signingKey()]
    )
    #expect(reader.types.last?.type == "#identity")
  }

  @Test(arguments: [
    ("taken.test", "400 HandleNotAvailable"), ("admin.test", "400 HandleNotAvailable"),
    ("a.b.test", "400 InvalidHandle"), ("alice.local", "400 InvalidHandle"),
    ("elsewhere.example.com", "400 InvalidHandle"),
  ])
  func unavailableHandleIsRejected(handle: String, refusal: String) async throws {
    let server = try TestServer()
    _ = try await server.signUp("taken")
    let account = try await server.signUp()
    #expect(await setHandle(handle, of: account) == refusal)
    #expect(try await account.client.comAtproto.server.getSession().handle == "alice.test")
  }

  /// Handle specification, "HTTPS well-known Method".
  @Test func handleOfAnotherDomainMustResolveToTheAccount() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let did = account.did.string
    server.network.add("alice.example.com") { request, _ in
      request.path == "/.well-known/atproto-did" ? .text(did) : .json(.null, .notFound)
    }
    server.network.add("mallory.example.com") { _, _ in .text("did:plc:ewvi7nxzyoun6zhxrhs64oiz") }
    #expect(await setHandle("mallory.example.com", of: account) == "400 InvalidHandle")
    #expect(await setHandle("alice.example.com", of: account) == "not refused: ()")
    let session = try await account.client.comAtproto.server.getSession()
    #expect(session.handle == "alice.example.com")
    let described = try await server.client.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: account.repo)
    )
    #expect(described.handleIsCorrect)
  }

  @Test func appPasswordCannotChangeTheIdentity() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let password = try await account.client.comAtproto.server.createAppPassword(
      ComAtproto.Server.CreateAppPassword.Input(name: "app", privileged: true)
    ).password
    let session = try await server.client.comAtproto.server.createSession(
      ComAtproto.Server.CreateSession.Input(identifier: "alice.test", password: password)
    )
    let calls = server.client(token: session.accessJwt).comAtproto
    #expect(
      await refusal {
        try await calls.identity.updateHandle(
          ComAtproto.Identity.UpdateHandle.Input(handle: "bob.test")
        )
      } == "400 InvalidToken"
    )
    #expect(
      await refusal { try await calls.server.deactivateAccount(.init()) } == "400 InvalidToken"
    )
    #expect(
      await refusal { try await calls.identity.requestPlcOperationSignature() }
        == "400 InvalidToken"
    )
  }

  @Test func handlesAndDIDsAreResolved() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let calls = server.client.comAtproto.identity
    let document = try await calls.resolveDid(
      ComAtproto.Identity.ResolveDid.Parameters(did: account.did)
    ).didDoc
    #expect(document == account.output.didDoc)
    #expect(
      await refusal {
        try await calls.resolveDid(
          ComAtproto.Identity.ResolveDid.Parameters(did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz")
        )
      } == "400 DidNotFound"
    )
    let info = try await calls.resolveIdentity(
      ComAtproto.Identity.ResolveIdentity.Parameters(identifier: account.repo)
    )
    #expect(info.did == account.did)
    let refreshed = try await account.client.comAtproto.identity.refreshIdentity(
      ComAtproto.Identity.RefreshIdentity.Input(identifier: account.repo)
    )
    #expect(refreshed.did == account.did)
  }

  @Test func operationOfTheOwnerIsSignedAndSubmitted() async throws {
    let server = try TestServer { $0.mailFile = $0.dataDirectory + "/mail.mbox" }
    let account = try await server.signUp()
    let calls = account.client.comAtproto.identity
    let own = PrivateKey(generating: .p256).publicKey.didKey
    let keys = try #require(try await calls.getRecommendedDidCredentials().rotationKeys)
    let input = ComAtproto.Identity.SignPlcOperation.Input(rotationKeys: [own] + keys)
    #expect(await refusal { try await calls.signPlcOperation(input) } == "400 InvalidRequest")
    try await calls.requestPlcOperationSignature()
    var signed = input
    signed.token = "AAAAA-AAAAA"
    let refused1 = await refusal { [signed] in try await calls.signPlcOperation(signed) }
    #expect(refused1 == "400 InvalidToken")
    signed.token = try server.mailedToken()
    let operation = try await calls.signPlcOperation(signed).operation
    let refused2 = await refusal { [signed] in try await calls.signPlcOperation(signed) }
    #expect(refused2 == "400 InvalidToken")
    try await calls.submitPlcOperation(
      ComAtproto.Identity.SubmitPlcOperation.Input(operation: operation)
    )
    let data = try await server.network.directory.data(of: account.did.parsed())
    #expect(data.rotationKeys == [own] + keys)
  }

  struct Harm: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout PLCData) -> Void
  }

  static let harms: [Harm] = [
    Harm(testDescription: "no rotation key of the server") { data in
      data.rotationKeys = [PrivateKey(generating: .k256).publicKey.didKey]
    },
    Harm(testDescription: "a different server") { $0.pds = "https://elsewhere.test" },
    Harm(testDescription: "a different service type") {
      $0.services["atproto_pds"]?.type = "Labeler"
    },
    Harm(testDescription: "a different signing key") {
      $0.signingKey = PrivateKey(generating: .k256).publicKey
    },
    Harm(testDescription: "a different handle") { $0.handle = "bob.test" },
  ]

  /// An operation that would lock the account out is not submitted, even if correctly signed.
  @Test(arguments: harms) func harmfulOperationIsRejected(_ harm: Harm) async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let did = try account.did.parsed()
    let before = try await server.network.directory.log(of: did)
    var data = try #require(before.data)
    harm.change(&data)
    let key = try await server.store.read { transaction in
      try transaction.accounts.rotationKey(of: did)
    }
    let head = try #require(before.head).operation
    let operation = PLCOperation(data, after: head.cid, signedBy: key)
    let refused = await refusal {
      try await account.client.comAtproto.identity.submitPlcOperation(
        ComAtproto.Identity.SubmitPlcOperation.Input(operation: operation.value)
      )
    }
    #expect(refused == "400 InvalidRequest")
    let after = try await server.network.directory.log(of: did)
    #expect(after == before)
  }
}
