import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import PDS

@Suite struct CreateAccountTests {
  typealias Input = ComAtproto.Server.CreateAccount.Input

  @Test func describeServerReturnsTheConfiguration() async throws {
    let output = try await TestServer().client.comAtproto.server.describeServer()
    #expect(output.did == "did:web:localhost")
    #expect(output.availableUserDomains == [".test"])
    #expect(output.inviteCodeRequired == false)
  }

  @Test func createdAccountHasIdentityAndEmptyRepository() async throws {
    let account = try await TestServer().signUp("Alice")
    #expect(account.output.handle == "alice.test")
    #expect(account.did.string.hasPrefix("did:plc:") && account.did.string.utf8.count == 32)
    #expect(account.output.didDoc?["id"]?.string == account.did.string)
    #expect(account.output.didDoc?["alsoKnownAs"] == ["at://alice.test"])
    let service = account.output.didDoc?["service"]?[0]
    #expect(service?["type"] == "AtprotoPersonalDataServer")
    let (commit, records) = try await account.verifiedExport()
    #expect(commit.did.string == account.did.string)
    #expect(records.isEmpty)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var refusal: String
    var change: @Sendable (inout Input) -> Void

    var testDescription: String { name }
  }

  static let refused: [Case] = [
    Case(name: "taken handle", refusal: "400 HandleNotAvailable") { $0.handle = "TAKEN.test" },
    Case(name: "taken email", refusal: "400 InvalidRequest") { $0.email = "Taken@mail.test" },
    Case(name: "reserved", refusal: "400 HandleNotAvailable") { $0.handle = "admin.test" },
    Case(name: "short", refusal: "400 InvalidHandle") { $0.handle = "ab.test" },
    Case(name: "long", refusal: "400 InvalidHandle") { $0.handle = "abcdefghijklmnopqrs.test" },
    Case(name: "two labels", refusal: "400 InvalidHandle") { $0.handle = "a.alice.test" },
    Case(name: "forbidden domain", refusal: "400 InvalidHandle") { $0.handle = "alice.local" },
    Case(name: "unsupported domain", refusal: "400 UnsupportedDomain") { $0.handle = "alice.com" },
    Case(name: "handle without a domain", refusal: "400 InvalidRequest") { $0.handle = "alice" },
    Case(name: "no email", refusal: "400 InvalidRequest") { $0.email = nil },
    Case(name: "invalid email", refusal: "400 InvalidRequest") { $0.email = "alice@@mail" },
    Case(name: "no password", refusal: "400 InvalidPassword") { $0.password = nil },
    Case(name: "short password", refusal: "400 InvalidPassword") { $0.password = "1234567" },
    Case(name: "long password", refusal: "400 InvalidPassword") {
      $0.password = String(repeating: "x", count: 257)
    },
    Case(name: "existing DID without a token", refusal: "401 AuthenticationRequired") {
      $0.did = "did:plc:abc"
    },
    Case(name: "client's PLC operation", refusal: "400 InvalidRequest") { $0.plcOp = ["a": 1] },
    Case(name: "invalid recovery key", refusal: "400 InvalidRequest") {
      $0.recoveryKey = "did:key:zzz"
    },
  ]

  @Test(arguments: refused) func invalidInputIsRejectedAndCreatesNothing(_ test: Case) async throws
  {
    let server = try TestServer()
    _ = try await server.signUp("taken")
    var input = Input.sample("alice")
    test.change(&input)
    let refused = await refusal {
      try await server.client.comAtproto.server.createAccount(input)
    }
    #expect(refused == test.refusal)
    let repos = try await server.client.comAtproto.sync.listRepos().repos
    #expect(repos.count == 1)
  }

  @Test func recoveryKeyTakesPrecedenceOverTheRotationKey() throws {
    let keys = AccountKeys()
    let recovery = PrivateKey(generating: .p256)
    let operation = keys.genesis(
      of: "alice.test",
      recoveryKeys: [recovery.publicKey],
      endpoint: "https://pds.test"
    )
    var log = PLCLog(of: operation.did)
    try log.append(operation, at: "2026-01-01T00:00:00.000Z")
    let theft = try log.operation(signedBy: keys.rotation) { $0.handle = "mallory.test" }
    try log.append(theft, at: "2026-01-01T00:00:01.000Z")
    let rescue = try log.operation(after: operation.cid, signedBy: recovery)
    #expect(try log.append(rescue, at: "2026-01-01T00:00:02.000Z") == [theft.cid])
    #expect(log.data?.handle == "alice.test")
  }

  @Test func unimplementedMethodIsAnsweredWith501() async throws {
    let account = try await TestServer().signUp()
    let refused = await refusal { try await account.client.comAtproto.temp.checkSignupQueue() }
    #expect(refused == "501 MethodNotImplemented")
  }
}
