import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import ServiceKit
import Testing
import XRPC
import XRPCClient

@testable import PDS

@Suite struct ModerationServiceTests {
  private static let service = ServiceLocation(
    did: "did:web:mod.example.com",
    url: HTTPURL("https://mod.example.com")!
  )
  private static let audience = "did:web:localhost"

  /// A moderation service with a DID document in the network of a server that trusts it.
  private struct Service {
    let server: TestServer
    let accountKey = PrivateKey(generating: .k256)
    let labelKey = PrivateKey(generating: .p256)

    init() throws {
      server = try TestServer { $0.modService = ModerationServiceTests.service }
      publish(ModerationServiceTests.service.did)
    }

    /// Makes a `did:web` name the keys of this service.
    func publish(_ did: DID) {
      let keys = [("atproto", accountKey), ("atproto_label", labelKey), ("other", accountKey)]
      let methods = keys.map { name, key -> DataValue in
        [
          "id": .string("\(did)#\(name)"), "type": "Multikey", "controller": .string(did.string),
          "publicKeyMultibase": .string(key.publicKey.multikey),
        ]
      }
      let document: DataValue = ["id": .string(did.string), "verificationMethod": .array(methods)]
      server.network.add(did.identifier) { _, _ in .json(document) }
    }

    func client(
      _ method: String,
      as did: DID = ModerationServiceTests.service.did,
      keyID: String? = "#atproto_label",
      audience: String = ModerationServiceTests.audience
    ) throws -> XRPCClient {
      let token = ServiceToken(
        issuer: did,
        keyID: keyID,
        audience: audience,
        method: try NSID("com.atproto.admin.\(method)")
      )
      let key = keyID == "#atproto_label" ? labelKey : accountKey
      return server.client(token: token.signed(with: key))
    }
  }

  @Test(arguments: [nil, "#atproto", "#atproto_label"] as [String?])
  func moderationServiceMayTakeDown(_ keyID: String?) async throws {
    let service = try Service()
    let account = try await service.server.signUp()
    for (isApplied, audience) in [(true, Self.audience), (false, "\(Self.audience)#atproto_pds")] {
      let update = try service.client("updateSubjectStatus", keyID: keyID, audience: audience)
      _ = try await update.comAtproto.admin.updateSubjectStatus(
        .init(
          subject: .repoRef(.init(did: account.did)),
          takedown: .init(applied: isApplied, ref: "17")
        )
      )
      let look = try service.client("getSubjectStatus", keyID: keyID).comAtproto.admin
      let status = try await look.getSubjectStatus(.init(did: account.did))
      #expect(status.takedown?.applied == isApplied)
      #expect(status.takedown?.ref == (isApplied ? "17" : nil))
    }
    // The password works as well.
    let view = try await service.server.administrator.comAtproto.admin.getAccountInfo(
      .init(did: account.did)
    )
    #expect(view.did == account.did)
  }

  @Test func moderationServiceMayNotDeleteAccounts() async throws {
    let service = try Service()
    let account = try await service.server.signUp()
    let did = account.did
    let deletion = try service.client("deleteAccount").comAtproto.admin
    #expect(await refusal { try await deletion.deleteAccount(.init(did: did)) }.hasPrefix("401 "))
    let password = try service.client("updateAccountPassword").comAtproto.admin
    let refused = await refusal {
      try await password.updateAccountPassword(.init(did: did, password: "another password"))
    }
    #expect(refused.hasPrefix("401 "))
    _ = try await account.client.comAtproto.server.getSession()
  }

  @Test func tokenOfAnotherServiceIsRefused() async throws {
    let service = try Service()
    let account = try await service.server.signUp()
    let stranger: DID = "did:web:other.example.com"
    service.publish(stranger)
    let clients = [
      // Another service, also one with valid keys.
      try service.client("getAccountInfo", as: stranger),
      // Another key of the moderation service.
      try service.client("getAccountInfo", keyID: "#other"),
      // Tokens for another server, or another method.
      try service.client("getAccountInfo", audience: "did:web:pds.example.com"),
      try service.client("getAccountInfos"),
    ]
    for client in clients {
      let refused = await refusal {
        try await client.comAtproto.admin.getAccountInfo(.init(did: account.did))
      }
      #expect(refused.hasPrefix("401 "))
    }
    let first = await refusal {
      try await clients[0].comAtproto.admin.getAccountInfo(.init(did: account.did))
    }
    #expect(first == "401 AuthenticationRequired")
    // A server that does not name a moderation service trusts none.
    let other = try TestServer()
    let token = try service.client("getAccountInfo").headers[.authorization] ?? ""
    let refused = await refusal {
      try await other.client(authorization: token).comAtproto.admin.getAccountInfo(
        .init(did: account.did)
      )
    }
    #expect(refused == "401 AuthenticationRequired")
  }

  @Test func tokenOfTheModerationServiceWorksOnce() async throws {
    let service = try Service()
    let account = try await service.server.signUp()
    let client = try service.client("getAccountInfo").comAtproto.admin
    _ = try await client.getAccountInfo(.init(did: account.did))
    let again = await refusal { try await client.getAccountInfo(.init(did: account.did)) }
    #expect(again.hasPrefix("401 "))
  }

  /// Otherwise, an app of an account that is a moderation service elsewhere could moderate there.
  @Test(arguments: ["updateSubjectStatus", "UPDATESubjectStatus", "getAccountInfo"])
  func appPasswordGetsNoTokenForAdminMethods(_ method: String) async throws {
    let call =
      "com.atproto.server.getServiceAuth?aud=did:web:a.example.com&lxm=com.atproto.admin.\(method)"
    for isPrivileged in [false, true] {
      let account = try await TestServer().signUp()
      let app = try await account.appToken(isPrivileged: isPrivileged)
      #expect(try await account.server.call(call, token: app).refusal == "400 InvalidRequest")
      #expect(try await account.call(call).refusal == nil)
    }
  }
}
