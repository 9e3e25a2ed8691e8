import ATProtoData
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import PLCDirectory
import Testing
import XRPC

@testable import PDS

/// Guide "Account Migration": from one server to another with all data, and back.
@Suite struct AccountMigrationTests {
  private func server(_ name: String, on network: TestNetwork) throws -> TestServer {
    try TestServer(network: network) { configuration in
      configuration.isDevelopment = false
      configuration.hostname = "\(name).test"
      configuration.handleDomains = [".\(name).test"]
      configuration.mailFile = configuration.dataDirectory + "/mail.mbox"
    }
  }

  private func record(_ index: Int) -> DataValue {
    ["$type": "com.example.note", "text": .string("note \(index)")]
  }

  @Test func accountMigratesToAnotherServerAndBack() async throws {
    let network = TestNetwork()
    let (one, two) = (try server("one", on: network), try server("two", on: network))
    let output = try await one.client.comAtproto.server.createAccount(
      .init(
        email: "alice@mail.test",
        handle: "alice.one.test",
        password: ComAtproto.Server.CreateAccount.Input.samplePassword
      )
    )
    let first = TestAccount(server: one, output: output)
    for index in 0..<40 { _ = try await first.create(record(index), rkey: "k\(index)") }
    let blob = try await first.repository.uploadBlob(
      RawBody(bytes: BlobTests.png, contentType: "image/png")
    ).blob
    _ = try await first.put(AppBsky.Actor.Profile(avatar: blob).dataValue, rkey: "self")
    try await first.client.appBsky.actor.putPreferences(
      AppBsky.Actor.PutPreferences.Input(
        preferences: [.adultContentPref(AppBsky.Actor.Defs.AdultContentPref(enabled: true))]
      )
    )

    let second = try await move(first, to: two, as: "alice.two.test")
    let data = try await network.directory.data(of: first.did.parsed())
    #expect(data.pds == "https://two.test" && data.handle == "alice.two.test")
    // A later write extends the imported repository.
    _ = try await second.create(record(99), rkey: "later")
    #expect(try await second.verifiedExport().records.count == 42)

    let third = try await move(second, to: one, as: "alice.one.test", existing: first)
    #expect(try await third.record("later").value == record(99))
    let log = try await network.directory.log(of: first.did.parsed())
    _ = try PLCLog(verifying: log.auditValue, of: log.did)
    #expect(log.activeEntries.count == 3)
  }

  /// - Parameter existing: the account on the new server, if it was there before.
  private func move(
    _ account: TestAccount,
    to server: TestServer,
    as handle: FormatString<Handle>,
    existing: TestAccount? = nil
  ) async throws -> TestAccount {
    let before = try await account.verifiedExport()
    let new: TestAccount
    if let existing {
      try await returnHome(existing)
      new = existing
    } else {
      new = try await create(account, on: server, as: handle)
    }
    let calls = new.client.comAtproto

    // Data.
    let car = try await account.client.comAtproto.sync.getRepo(
      ComAtproto.Sync.GetRepo.Parameters(did: account.did)
    )
    try await calls.repo.importRepo(
      RawBody(bytes: car.collect(), contentType: "application/vnd.ipld.car")
    )
    for missing in try await calls.repo.listMissingBlobs().blobs {
      let bytes = try await account.client.comAtproto.sync.getBlob(
        ComAtproto.Sync.GetBlob.Parameters(did: account.did, cid: missing.cid)
      )
      _ = try await calls.repo.uploadBlob(
        RawBody(bytes: bytes.collect(), contentType: "image/png")
      )
    }
    let preferences = try await account.client.appBsky.actor.getPreferences().preferences
    try await new.client.appBsky.actor.putPreferences(
      AppBsky.Actor.PutPreferences.Input(preferences: preferences)
    )
    var status = try await calls.server.checkAccountStatus()
    #expect(!status.activated && !status.validDid)
    #expect(status.expectedBlobs == 1 && status.importedBlobs == 1)
    #expect(status.indexedRecords == before.records.count && status.privateStateValues == 1)
    #expect(
      await refusal { try await calls.server.activateAccount() } == "400 InvalidRequest"
    )

    // Identity.
    let identity = account.client.comAtproto.identity
    let credentials = try await calls.identity.getRecommendedDidCredentials()
    try await identity.requestPlcOperationSignature()
    let operation = try await identity.signPlcOperation(
      ComAtproto.Identity.SignPlcOperation.Input(
        token: account.server.mailedToken(),
        rotationKeys: credentials.rotationKeys,
        alsoKnownAs: credentials.alsoKnownAs,
        verificationMethods: credentials.verificationMethods,
        services: credentials.services
      )
    ).operation
    // The old server refuses to lock its own account out.
    let submission = ComAtproto.Identity.SubmitPlcOperation.Input(operation: operation)
    #expect(
      await refusal { try await identity.submitPlcOperation(submission) } == "400 InvalidRequest"
    )
    try await calls.identity.submitPlcOperation(submission)

    // Status.
    try await calls.server.activateAccount()
    try await account.client.comAtproto.server.deactivateAccount(.init())
    status = try await calls.server.checkAccountStatus()
    #expect(status.activated && status.validDid)
    #expect(
      await refusal {
        try await account.server.client.comAtproto.sync.getRepo(
          ComAtproto.Sync.GetRepo.Parameters(did: account.did)
        )
      } == "400 RepoDeactivated"
    )
    let document = try await server.client.comAtproto.repo.describeRepo(
      ComAtproto.Repo.DescribeRepo.Parameters(repo: new.repo)
    ).didDoc
    var moved = new
    moved.output.didDoc = document
    let after = try await moved.verifiedExport()
    #expect(after.records == before.records && after.commit.rev > before.commit.rev)
    return moved
  }

  private func create(
    _ account: TestAccount,
    on server: TestServer,
    as handle: FormatString<Handle>
  ) async throws -> TestAccount {
    var input = ComAtproto.Server.CreateAccount.Input.sample("moved")
    input.handle = handle
    input.did = account.did
    let refused1 = await refusal { [input] in
      try await server.client.comAtproto.server.createAccount(input)
    }
    #expect(refused1 == "401 AuthenticationRequired")
    let token = try await account.client.comAtproto.server.getServiceAuth(
      ComAtproto.Server.GetServiceAuth.Parameters(
        aud: server.server.did,
        lxm: "com.atproto.server.createAccount"
      )
    ).token
    let output = try await server.client(token: token).comAtproto.server.createAccount(input)
    #expect(output.did == account.did)
    // A token works once.
    var again = input
    again.handle = "other.two.test"
    let refused2 = await refusal { [again] in
      try await server.client(token: token).comAtproto.server.createAccount(again)
    }
    #expect(refused2 == "401 BadJwt")
    return TestAccount(server: server, output: output)
  }

  /// The account is still deactivated, as it was when it left.
  private func returnHome(_ account: TestAccount) async throws {
    let session = try await account.client.comAtproto.server.getSession()
    #expect(session.active == false && session.status?.rawValue == "deactivated")
  }
}
