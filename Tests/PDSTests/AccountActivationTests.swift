import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Synchronization
import Testing
import XRPC

@testable import PDS

@Suite struct AccountActivationTests {
  private func deactivate(
    _ account: TestAccount,
    after: String? = nil
  ) async throws {
    try await account.client.comAtproto.server.deactivateAccount(
      .init(deleteAfter: after.map { FormatString($0) })
    )
  }

  private func activate(_ account: TestAccount) async throws {
    try await account.client.comAtproto.server.activateAccount()
  }

  private func types(_ account: TestAccount) async throws -> [String] {
    var reader = FirehoseReader()
    try await reader.read(
      account.server.store,
      keys: [account.did.string: account.signingKey()]
    )
    return reader.types.map(\.type)
  }

  @Test func deactivatedAccountIsHiddenUntilReactivated() async throws {
    let account = try await TestServer().signUp()
    _ = try await account.create(.post("x"))
    let before = try await types(account).count
    try await deactivate(account)
    // Deactivating again changes nothing.
    try await deactivate(account)
    #expect(try await types(account).dropFirst(before) == ["#account deactivated"])
    #expect(await refusal { try await account.verifiedExport() } == "400 RepoDeactivated")
    #expect(await refusal { try await account.create(.post("y")) } == "401 AccountDeactivated")
    let session = try await account.client.comAtproto.server.getSession()
    #expect(session.active == false && session.status == .deactivated)
    let status = try await account.client.comAtproto.server.checkAccountStatus()
    #expect(!status.activated && status.validDid && status.indexedRecords == 1)
    try await activate(account)
    try await activate(account)
    #expect(
      try await types(account).dropFirst(before + 1) == ["#account", "#identity", "#sync"]
    )
    #expect(try await account.verifiedExport().records.count == 1)
    _ = try await account.create(.post("y"))
  }

  @Test("an outage of the PLC directory is not the client's fault, and does not hide the status")
  func outageOfTheDirectoryIsReported() async throws {
    let account = try await TestServer().signUp()
    try await deactivate(account)
    account.server.network.isDirectoryDown.withLock { $0 = true }
    #expect(await refusal { try await activate(account) } == "502 UpstreamFailure")
    let status = try await account.client.comAtproto.server.checkAccountStatus()
    #expect(!status.activated && !status.validDid)
    account.server.network.isDirectoryDown.withLock { $0 = false }
    try await activate(account)
  }

  @Test func accountWhoseDIDNamesAnotherServerCannotBeActivated() async throws {
    let account = try await TestServer().signUp()
    try await deactivate(account)
    let did = try account.did.parsed()
    let pds = account.server.domain.identities.baseURL.url
    try await account.server.domain.identities.changeIdentity(of: did) { data in
      data.pds = "https://new.example.com"
    } _: { _ in
    }
    #expect(await refusal { try await activate(account) } == "400 InvalidRequest")
    // The sessions show the account's DID document from the network.
    let session = try await account.client.comAtproto.server.getSession()
    #expect(session.didDoc?["service"]?[0]?["serviceEndpoint"] == "https://new.example.com")
    // The DID names this server again, but without the server's rotation key.
    try await account.server.domain.identities.changeIdentity(of: did) { data in
      data.pds = pds
      data.rotationKeys = ["did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"]
    } _: { _ in
    }
    #expect(await refusal { try await activate(account) } == "400 InvalidRequest")
    let status = try await account.client.comAtproto.server.checkAccountStatus()
    #expect(!status.activated && !status.validDid)
  }

  @Test func takenDownAccountCannotBeActivated() async throws {
    let account = try await TestServer().signUp()
    let client = account.server.client(token: try await account.takendownToken())
    // Its owner can deactivate it, but do nothing else.
    try await client.comAtproto.server.deactivateAccount(.init())
    let refused = await refusal { try await client.comAtproto.server.activateAccount() }
    #expect(refused.hasPrefix("40"))
    let status = try await account.server.store.read { transaction in
      try transaction.accounts.status(of: account.did.parsed())
    }
    #expect(status == .takendown)
  }

  @Test func scheduledDeletionIsCarriedOutAfterTheRecoveryPeriod() async throws {
    let server = try TestServer()
    let now = currentSeconds()
    let (gone, stays) = (try await server.signUp("gone"), try await server.signUp("stays"))
    let back = try await server.signUp("back")
    for account in [gone, back] {
      try await deactivate(account, after: FormatString<Datetime>(seconds: now).string)
    }
    try await deactivate(stays)
    try await activate(back)
    func isThere(_ account: TestAccount) async throws -> Bool {
      try await server.store.read { try $0.accounts.status(of: account.did.parsed()) != nil }
    }
    // It is kept as long as a PLC operation can still be undone.
    try await server.domain.deletion.deleteScheduled(at: now + AccountDeletion.recoveryPeriod - 10)
    #expect(try await isThere(gone))
    // The accounts were created after `now`, which can take a while.
    let later = now + AccountDeletion.recoveryPeriod + 3_600
    try await server.domain.deletion.deleteScheduled(at: later)
    #expect(try await !isThere(gone))
    #expect(try await isThere(stays))
    #expect(try await isThere(back))
  }

  @Test func checkAccountStatusCountsStoredData() async throws {
    let account = try await TestServer().signUp()
    let blob = try await account.repository.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    ).blob
    _ = try await account.put(
      ["$type": "com.example.note", "blob": blob.dataValue],
      rkey: "a"
    )
    try await account.client.appBsky.actor.putPreferences(
      .init(preferences: [.adultContentPref(.init(enabled: true))])
    )
    let status = try await account.client.comAtproto.server.checkAccountStatus()
    #expect(status.activated && status.validDid)
    #expect(status.indexedRecords == 1 && status.repoBlocks == 3)
    #expect(status.expectedBlobs == 1 && status.importedBlobs == 1)
    #expect(status.privateStateValues == 1)
    let export = try await account.verifiedExport()
    #expect(status.repoCommit.string == export.commit.cid.string)
    #expect(status.repoRev == export.commit.rev.string)
  }
}
