import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import PLCDirectory
import Synchronization
import Testing
import XRPC
import XRPCServer

@testable import PDS

@Suite struct AccountIdentityTests {
  typealias Input = ComAtproto.Server.CreateAccount.Input

  @Test func plcDirectoryHasTheIdentityOfANewAccount() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let did = try account.did.parsed()
    let data = try await server.network.directory.data(of: did)
    #expect(data.handle == "alice.test")
    #expect(data.document(of: did) == account.output.didDoc)
  }

  @Test func noAccountIsCreatedIfThePLCDirectoryIsUnreachable() async throws {
    let server = try TestServer()
    server.network.isDirectoryDown.withLock { $0 = true }
    let input = Input.sample("alice")
    let create = { try await server.client.comAtproto.server.createAccount(input) }
    #expect(await refusal(create) == "502 UpstreamFailure")
    #expect(try await server.client.comAtproto.sync.listRepos().repos.isEmpty)
    server.network.isDirectoryDown.withLock { $0 = false }
    _ = try await server.signUp()
  }

  @Test func concurrentRequestsForAHandleCreateOneAccount() async throws {
    let server = try TestServer()
    let outcomes = await withTaskGroup(of: String.self) { group in
      for number in 0..<4 {
        group.addTask {
          var input = Input.sample("alice")
          input.email = "\(number)@mail.test"
          let wanted = input
          return await refusal { try await server.client.comAtproto.server.createAccount(wanted) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0.hasPrefix("not refused") } == 1)
    #expect(outcomes.count { $0 == "400 HandleNotAvailable" } == 3)
    // The DIDs of requests that failed are deactivated.
    let lines = try await server.network.directory.export(after: .sequence(0), count: 100)
    let operations = lines.map(\.entry.operation)
    let made = operations.count { $0.prev == nil }
    let givenUp = operations.count { $0.data == nil }
    #expect(givenUp == made - 1)
  }

  @Test func operatorsKeysAreAmongTheRotationKeys() async throws {
    let recovery = PrivateKey(generating: .p256)
    let rotation = PrivateKey(generating: .k256)
    let own = PrivateKey(generating: .k256)
    let server = try TestServer { configuration in
      configuration.recoveryKey = recovery.publicKey
      configuration.rotationKey = rotation
    }
    var input = Input.sample("alice")
    input.recoveryKey = own.publicKey.didKey
    let output = try await server.client.comAtproto.server.createAccount(input)
    let data = try await server.network.directory.data(of: output.did.parsed())
    let expected = [own, recovery, rotation].map(\.publicKey.didKey)
    #expect(data.rotationKeys == expected)
  }

  /// The owner of a did:web proves control of it with a service token.
  @Test func didWebGetsADeactivatedAccount() async throws {
    let server = try TestServer()
    let key = PrivateKey(generating: .k256)
    let did: DID = "did:web:alice.example.com"
    server.network.add("alice.example.com") { request, _ in
      guard request.path == "/.well-known/did.json" else { return .json(.null, .notFound) }
      return .json(
        [
          "id": .string(did.string), "alsoKnownAs": ["at://alice.test"],
          "verificationMethod": [
            [
              "id": .string("\(did)#atproto"), "type": "Multikey",
              "controller": .string(did.string),
              "publicKeyMultibase": .string(String(key.publicKey.didKey.dropFirst(8))),
            ]
          ],
          "service": [],
        ]
      )
    }
    let method: NSID = "com.atproto.server.createAccount"
    let token = ServiceToken(issuer: did, audience: "did:web:localhost", method: method)
    var input = Input.sample("alice")
    input.did = FormatString(did)
    let stranger = PrivateKey(generating: .k256)
    let refused1 = await refusal { [input] in
      try await server.client(token: token.signed(with: stranger)).comAtproto.server
        .createAccount(input)
    }
    #expect(refused1 == "401 BadJwtSignature")
    let output = try await server.client(token: token.signed(with: key)).comAtproto.server
      .createAccount(input)
    #expect(output.did.string == did.string)
    let account = TestAccount(server: server, output: output)
    let session = try await account.client.comAtproto.server.getSession()
    #expect(session.active == false && session.status?.rawValue == "deactivated")
    #expect(
      await refusal { try await account.client.comAtproto.server.activateAccount() }
        == "400 InvalidRequest"
    )
    let credentials =
      try await account.client.comAtproto.identity.getRecommendedDidCredentials()
    #expect(credentials.rotationKeys == nil)
    #expect(credentials.alsoKnownAs == ["at://alice.test"])
  }

  @Test func reservedKeyIsStableForADID() async throws {
    let server = try TestServer()
    let calls = server.client.comAtproto.server
    let input = ComAtproto.Server.ReserveSigningKey.Input(did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz")
    let key = try await calls.reserveSigningKey(input).signingKey
    #expect(try await calls.reserveSigningKey(input).signingKey == key)
    let other = try await calls.reserveSigningKey(
      ComAtproto.Server.ReserveSigningKey.Input()
    ).signingKey
    #expect(other != key && other.hasPrefix("did:key:z"))
  }
}
