import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Testing
import XRPC
import XRPCServer

@testable import PDS

@Suite struct AccountDeletionTests {
  typealias Server = ComAtproto.Server

  private func delete(
    _ account: TestAccount,
    _ password: String = SessionTests.password,
    token: String
  ) async throws {
    try await account.server.client.comAtproto.server.deleteAccount(
      Server.DeleteAccount.Input(did: account.did, password: password, token: token)
    )
  }

  private func token(_ account: TestAccount) async throws -> String {
    try await account.client.comAtproto.server.requestAccountDelete()
    return try account.server.mailedToken()
  }

  private func isThere(_ account: TestAccount) async throws -> Bool {
    let repos = try await account.server.client.comAtproto.sync.listRepos().repos
    return repos.contains { $0.did == account.did }
  }

  @Test func deletedAccountLeavesOnlyItsDeletionEvent() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let other = try await server.signUp("bob")
    let bytes = Array("a picture".utf8)
    let blob = try await account.repository.uploadBlob(
      RawBody(bytes: bytes, contentType: "image/png")
    ).blob
    let shared = try await other.repository.uploadBlob(
      RawBody(bytes: Array("shared".utf8), contentType: "image/png")
    ).blob
    _ = try await account.repository.uploadBlob(
      RawBody(bytes: Array("shared".utf8), contentType: "image/png")
    )
    _ = try await account.create(.post("x"), rkey: "k")
    #expect(server.blobstore.contains(blob.ref))

    try await delete(account, token: token(account))
    #expect(!(try await isThere(account)))
    #expect(!server.blobstore.contains(blob.ref))
    #expect(server.blobstore.contains(shared.ref))
    let read = await refusal { try await account.record("k") }
    #expect(read == "400 InvalidRequest")
    let status = await refusal {
      try await server.client.comAtproto.sync.getRepoStatus(.init(did: account.did))
    }
    #expect(status == "400 RepoNotFound")
    #expect(
      await refusal { try await account.client.comAtproto.server.getSession() }
        == "400 InvalidToken"
    )
    let renewed = await refusal {
      try await server.client(token: account.output.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(renewed == "400 InvalidToken")

    // Of its events, only the deletion is kept.
    let log = StoredEventLog(server.store)
    let frames = try await log.frames(after: 0, maximumCount: 100, maximumBytes: 1 << 20)
    let did = account.did.string
    let left = try frames.compactMap { frame -> ComAtproto.Sync.SubscribeRepos.Account? in
      guard String(decoding: frame.bytes, as: UTF8.self).contains(did) else { return nil }
      guard case .message("#account", let payload) = try EventStreamFrame(bytes: frame.bytes)
      else { throw ServiceError(.corruption, "another event was kept") }
      return try ComAtproto.Sync.SubscribeRepos.Account(cbor: payload)
    }
    #expect(left.count == 1)
    #expect(left.first?.active == false && left.first?.status == .deleted)
    // Handle and email can be used again.
    _ = try await server.signUp()
  }

  @Test func deletionRequiresPasswordAndToken() async throws {
    let account = try await TestServer().signUp()
    let token = try await token(account)
    let wrong = await refusal { try await delete(account, "wrong password", token: token) }
    #expect(wrong == "401 AuthenticationRequired")
    let guessed = await refusal { try await delete(account, token: "AAAAA-AAAAA") }
    #expect(guessed == "400 InvalidToken")
    let app = try await account.client.comAtproto.server.createAppPassword(
      Server.CreateAppPassword.Input(name: "app")
    )
    let byApp = await refusal { try await delete(account, app.password, token: token) }
    #expect(byApp == "401 AuthenticationRequired")
    let nobody = await refusal {
      try await account.server.client.comAtproto.server.deleteAccount(
        Server.DeleteAccount.Input(
          did: "did:plc:44ybard66vv44zksje25o7dz",
          password: SessionTests.password,
          token: token
        )
      )
    }
    #expect(nobody == "401 AuthenticationRequired")
    #expect(try await isThere(account))
    // None of these requests used the token up.
    try await delete(account, token: token)
    #expect(!(try await isThere(account)))
  }
}
