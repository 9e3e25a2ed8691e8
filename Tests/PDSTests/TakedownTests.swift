import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Testing
import XRPC
import XRPCServer

@testable import PDS

@Suite struct TakedownTests {
  typealias Admin = ComAtproto.Admin
  typealias Subject = Admin.UpdateSubjectStatus.Input.Subject

  private func set(
    _ server: TestServer,
    _ subject: Subject,
    takedown: Bool? = nil,
    ref: String? = nil,
    deactivated: Bool? = nil
  ) async throws {
    _ = try await server.administrator.comAtproto.admin.updateSubjectStatus(
      .init(
        subject: subject,
        takedown: takedown.map { .init(applied: $0, ref: ref) },
        deactivated: deactivated.map { .init(applied: $0) }
      )
    )
  }

  private func status(
    _ server: TestServer,
    _ parameters: Admin.GetSubjectStatus.Parameters
  ) async throws -> Admin.GetSubjectStatus.Output {
    try await server.administrator.comAtproto.admin.getSubjectStatus(parameters)
  }

  private func accountEvents(_ account: TestAccount) async throws -> [String] {
    let log = StoredEventLog(account.server.store)
    return try await log.frames(after: 0, maximumCount: 1000, maximumBytes: 1 << 24)
      .compactMap { frame in
        guard case .message("#account", let payload) = try EventStreamFrame(bytes: frame.bytes)
        else { return nil }
        let event = try ComAtproto.Sync.SubscribeRepos.Account(cbor: payload)
        return event.active ? "active" : event.status?.rawValue
      }
  }

  @Test func takenDownAccountIsHiddenUntilRestored() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let anonymous = server.client.comAtproto
    _ = try await account.create(.post("x"), rkey: "k")
    let blob = try await account.repository.uploadBlob(
      RawBody(bytes: [1, 2, 3], contentType: "image/png")
    ).blob
    let subject = Subject.repoRef(.init(did: account.did))
    try await set(server, subject, takedown: true, ref: "case 7")
    let seen = try await status(server, .init(did: account.did))
    #expect(seen.takedown?.applied == true && seen.takedown?.ref == "case 7")
    #expect(seen.deactivated?.applied == false)

    let cid: FormatString<CIDString> = FormatString(blob.ref.string)
    let reads: [(String, () async throws -> Void)] = [
      ("getRecord", { _ = try await account.record("k") }),
      (
        "listRecords",
        {
          _ = try await anonymous.repo.listRecords(
            .init(repo: account.repo, collection: FormatString(TestAccount.collection))
          )
        }
      ),
      ("describeRepo", { _ = try await anonymous.repo.describeRepo(.init(repo: "alice.test")) }),
      ("getRepo", { _ = try await anonymous.sync.getRepo(.init(did: account.did)) }),
      (
        "getLatestCommit", { _ = try await anonymous.sync.getLatestCommit(.init(did: account.did)) }
      ),
      ("listBlobs", { _ = try await anonymous.sync.listBlobs(.init(did: account.did)) }),
      ("getBlob", { _ = try await anonymous.sync.getBlob(.init(did: account.did, cid: cid)) }),
    ]
    for (name, read) in reads { #expect(await refusal(read) == "400 RepoTakendown", "\(name)") }
    let repo = try await anonymous.sync.getRepoStatus(.init(did: account.did))
    #expect(!repo.active && repo.status == .takendown)
    #expect(await refusal { try await account.create(.post("y")) } == "401 AccountTakedown")

    // Its owner and the administrator can export it.
    let session = try await anonymous.server.createSession(
      .init(identifier: "alice.test", password: SessionTests.password, allowTakendown: true)
    )
    for client in [server.client(token: session.accessJwt), server.administrator] {
      #expect(try await !client.comAtproto.sync.getRepo(.init(did: account.did)).collect().isEmpty)
      _ = try await client.comAtproto.sync.listBlobs(.init(did: account.did))
    }
    // Such a session cannot be refreshed, and a new password ends it.
    try await server.store.write { transaction in
      let did = try account.did.parsed()
      let account = try #require(try transaction.accounts.account(did))
      try transaction.setPassword(account.passwordHash, of: did)
    }
    let ended = await refusal {
      try await server.client(token: session.accessJwt).comAtproto.sync.getRepo(
        .init(did: account.did)
      )
    }
    #expect(ended == "400 ExpiredToken")
    let stranger = try await server.signUp("bob")
    let other = await refusal {
      try await stranger.client.comAtproto.sync.getRepo(.init(did: account.did))
    }
    #expect(other == "400 RepoTakendown")

    let last = try await anonymous.server.createSession(
      .init(identifier: "alice.test", password: SessionTests.password, allowTakendown: true)
    )
    try await set(server, subject, takedown: false)
    #expect(try await status(server, .init(did: account.did)).takedown?.applied == false)
    let renewed = await refusal {
      try await server.client(token: last.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(renewed == "400 InvalidToken")
    _ = try await account.record("k")
    // The earlier sessions have ended.
    #expect(await refusal { try await account.create(.post("y")) } == "400 ExpiredToken")
    _ = try await anonymous.server.createSession(
      .init(identifier: "alice.test", password: SessionTests.password)
    )
    // The events of Alice, her takedown, Bob, and her restoration.
    #expect(try await accountEvents(account) == ["active", "takendown", "active", "active"])
  }

  @Test func repeatedTakedownEmitsNoEvent() async throws {
    let account = try await TestServer().signUp()
    let subject = Subject.repoRef(.init(did: account.did))
    for _ in 0..<2 { try await set(account.server, subject, takedown: true) }
    try await set(account.server, subject, deactivated: true)
    for _ in 0..<2 { try await set(account.server, subject, takedown: false) }
    try await set(account.server, subject, deactivated: false)
    #expect(
      try await accountEvents(account) == ["active", "takendown", "deactivated", "active"]
    )
  }

  @Test func takenDownRecordIsHiddenUntilRestored() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let record = try await account.create(.post("bad"), rkey: "bad")
    _ = try await account.create(.post("good"), rkey: "good")
    func keys() async throws -> [String?] {
      try await server.client.comAtproto.repo.listRecords(
        .init(repo: account.repo, collection: FormatString(TestAccount.collection))
      ).records.map { $0.uri.string.split(separator: "/").last.map(String.init) }
    }
    let subject = Subject.strongRef(.init(uri: record.uri, cid: record.cid))
    try await set(server, subject, takedown: true)
    #expect(await refusal { try await account.record("bad") } == "400 RecordNotFound")
    #expect(try await keys() == ["good"])
    #expect(try await status(server, .init(uri: record.uri)).takedown?.applied == true)
    // Another record at the same path stays hidden.
    _ = try await account.put(.post("worse"), rkey: "bad")
    #expect(await refusal { try await account.record("bad") } == "400 RecordNotFound")
    // A collection whose name has the same prefix is not affected.
    #expect(try await account.verifiedExport().records.count == 2)
    try await set(server, subject, takedown: false)
    _ = try await account.record("bad")
    #expect(Set(try await keys()) == ["bad", "good"])
  }

  @Test func takenDownBlobIsHiddenUntilRestored() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let body = RawBody(bytes: [1, 2, 3], contentType: "image/png")
    let blob = try await account.repository.uploadBlob(body).blob
    _ = try await account.create(
      ["$type": "com.example.note", "picture": try DataValue(cbor: blob.cborBytes())]
    )
    let cid: FormatString<CIDString> = FormatString(blob.ref.string)
    func get() async throws {
      _ = try await server.client.comAtproto.sync.getBlob(.init(did: account.did, cid: cid))
    }
    try await get()
    let subject = Subject.repoBlobRef(.init(did: account.did, cid: cid))
    try await set(server, subject, takedown: true)
    #expect(await refusal(get) == "400 BlobNotFound")
    let again = await refusal { try await account.repository.uploadBlob(body) }
    #expect(again == "400 BlobTakendown")
    let seen = try await status(server, .init(did: account.did, blob: cid))
    #expect(seen.takedown?.applied == true)
    try await set(server, subject, takedown: false)
    try await get()
  }

  /// Not even after it was collected as unreferenced.
  @Test func takenDownBlobCannotBeUploadedAgain() async throws {
    let account = try await TestServer { $0.blobGracePeriod = -10 }.signUp()
    let server = account.server
    let body = RawBody(bytes: [1, 2, 3], contentType: "image/png")
    let blob = try await account.repository.uploadBlob(body).blob
    let picture = try DataValue(cbor: blob.cborBytes())
    _ = try await account.create(["$type": "com.example.note", "picture": picture], rkey: "x")
    let cid: FormatString<CIDString> = FormatString(blob.ref.string)
    let subject = Subject.repoBlobRef(.init(did: account.did, cid: cid))
    try await set(server, subject, takedown: true)
    _ = try await account.delete(rkey: "x")
    try await server.domain.blobs.collect()
    let again = await refusal { try await account.repository.uploadBlob(body) }
    #expect(again == "400 BlobTakendown")
    try await set(server, subject, takedown: false)
    #expect(try await account.repository.uploadBlob(body).blob == blob)
  }

  /// A write that was authenticated a moment earlier.
  @Test func takedownStopsWritesInProgress() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let did = try account.did.parsed()
    let caller = try #require(await server.store.read { try $0.accounts.account(did) })
    try await set(account.server, .repoRef(.init(did: account.did)), takedown: true)
    await #expect(throws: XRPCServerError.accountTakedown) {
      try await server.domain.repositories.edit(caller, swapCommit: nil) { _ in }
    }
    try await server.domain.deletion.delete(did)
    await #expect(throws: XRPCServerError.invalidToken()) {
      try await server.domain.repositories.edit(caller, swapCommit: nil) { _ in }
    }
  }

  @Test func invalidSubjectIsRejected() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let record = try await account.create(.post("x"))
    let nobody: FormatString<DID> = "did:plc:44ybard66vv44zksje25o7dz"
    let cid = record.cid
    let missing: [Subject] = [
      .repoRef(.init(did: nobody)),
      .strongRef(.init(uri: FormatString("at://\(account.did)/com.example.note/none"), cid: cid)),
      .strongRef(.init(uri: FormatString("at://\(nobody)/com.example.note/none"), cid: cid)),
      .repoBlobRef(.init(did: account.did, cid: cid)),
      .repoBlobRef(.init(did: nobody, cid: cid)),
    ]
    for subject in missing {
      #expect(await refusal { try await set(server, subject, takedown: true) } == "400 NotFound")
    }
    let whole = Subject.repoRef(.init(did: account.did))
    let wrong: [() async throws -> Void] = [
      { try await set(server, whole, takedown: true, deactivated: false) },
      {
        try await set(server, .strongRef(.init(uri: record.uri, cid: cid)), deactivated: true)
      },
      {
        let uri: FormatString<ATURI> = FormatString("at://\(account.did)")
        try await set(server, .strongRef(.init(uri: uri, cid: cid)), takedown: true)
      },
      { try await set(server, .unknown(["$type": "com.example.thing"]), takedown: true) },
      { _ = try await status(server, .init()) },
      { _ = try await status(server, .init(blob: cid)) },
    ]
    for (index, call) in wrong.enumerated() {
      #expect(await refusal(call) == "400 InvalidRequest", "\(index)")
    }
    for parameters in [
      Admin.GetSubjectStatus.Parameters(did: nobody),
      .init(uri: FormatString("at://\(account.did)/com.example.note/none")),
      .init(did: account.did, blob: cid),
    ] {
      #expect(await refusal { try await status(server, parameters) } == "400 NotFound")
    }
    _ = try await account.create(.post("y"))
  }
}
