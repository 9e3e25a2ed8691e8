import ATProtoCrypto
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import PLCDirectory
import Testing
import XRPC
import XRPCClient

@testable import PDS

@Suite struct AdminTests {
  typealias Admin = ComAtproto.Admin

  /// Every method that requires the administrator.
  private func calls(
    _ client: XRPCClient,
    _ did: FormatString<DID>
  ) -> [(name: String, call: () async throws -> Void)] {
    let admin = client.comAtproto.admin
    let server = client.comAtproto.server
    return [
      ("deleteAccount", { try await admin.deleteAccount(.init(did: did)) }),
      ("disableAccountInvites", { try await admin.disableAccountInvites(.init(account: did)) }),
      ("disableInviteCodes", { try await admin.disableInviteCodes(.init()) }),
      ("enableAccountInvites", { try await admin.enableAccountInvites(.init(account: did)) }),
      ("getAccountInfo", { _ = try await admin.getAccountInfo(.init(did: did)) }),
      ("getAccountInfos", { _ = try await admin.getAccountInfos(.init(dids: [did])) }),
      ("getInviteCodes", { _ = try await admin.getInviteCodes(.init()) }),
      ("getSubjectStatus", { _ = try await admin.getSubjectStatus(.init(did: did)) }),
      ("searchAccounts", { _ = try await admin.searchAccounts(.init()) }),
      (
        "sendEmail",
        { _ = try await admin.sendEmail(.init(recipientDid: did, content: "x", senderDid: did)) }
      ),
      (
        "updateAccountEmail",
        {
          try await admin.updateAccountEmail(
            .init(account: FormatString(did.string), email: "x@mail.test")
          )
        }
      ),
      (
        "updateAccountHandle",
        { try await admin.updateAccountHandle(.init(did: did, handle: "another.test")) }
      ),
      (
        "updateAccountPassword",
        { try await admin.updateAccountPassword(.init(did: did, password: "another one")) }
      ),
      (
        "updateAccountSigningKey",
        {
          let key = PrivateKey(generating: .k256).publicKey.didKey
          try await admin.updateAccountSigningKey(.init(did: did, signingKey: FormatString(key)))
        }
      ),
      (
        "updateSubjectStatus",
        {
          _ = try await admin.updateSubjectStatus(
            .init(subject: .repoRef(.init(did: did)), takedown: .init(applied: true))
          )
        }
      ),
      ("createInviteCode", { _ = try await server.createInviteCode(.init(useCount: 1)) }),
      (
        "createInviteCodes",
        { _ = try await server.createInviteCodes(.init(codeCount: 1, useCount: 1)) }
      ),
    ]
  }

  /// The tests below cover every method of the namespace.
  @Test func everyImplementedMethodIsTested() throws {
    let server = try TestServer()
    let prefix = "com.atproto.admin."
    let served = server.server.routes.map(\.nsid).filter { $0.hasPrefix(prefix) }
    let tested = Set(calls(server.client, "did:web:a.example.com").map { prefix + $0.name })
    #expect(tested.isSuperset(of: served))
  }

  @Test func callsWithoutTheAdministratorsPasswordAreRejected() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    func basic(_ text: String) -> XRPCClient {
      server.client(authorization: "Basic " + Data(text.utf8).base64EncodedString())
    }
    let strangers = [
      server.client, account.client, server.client(authorization: "Basic"), basic("admin:"),
      basic("admin:wrong"), basic("root:\(TestServer.adminPassword)"),
      basic("admin:\(TestServer.adminPassword) "), basic(TestServer.adminPassword),
      server.client(token: TestServer.adminPassword),
    ]
    for stranger in strangers {
      for (name, call) in calls(stranger, account.did) {
        #expect(await refusal(call).hasPrefix("401 "), "\(name)")
      }
    }
    let view = try await server.administrator.comAtproto.admin.getAccountInfo(
      .init(did: account.did)
    )
    #expect(view.email == "alice@mail.test" && view.invitesDisabled == false)
    _ = try await account.client.comAtproto.server.getSession()
    // Without a password, no one is the administrator.
    let headless = try TestServer { $0.adminPassword = nil }
    for (name, call) in calls(headless.administrator, account.did) {
      #expect(await refusal(call).hasPrefix("401 "), "\(name)")
    }
  }

  @Test func unknownAccountIsNotFound() async throws {
    let server = try TestServer()
    let did: FormatString<DID> = "did:plc:44ybard66vv44zksje25o7dz"
    for (name, call) in calls(server.administrator, did) {
      switch name {
      case "getAccountInfos", "getInviteCodes", "searchAccounts", "disableInviteCodes",
        "createInviteCode", "createInviteCodes":
        #expect(await refusal(call).hasPrefix("not refused"), "\(name)")
      default: #expect(await refusal(call) == "400 NotFound", "\(name)")
      }
    }
  }

  @Test func accountsAreShownAndSearched() async throws {
    let server = try TestServer()
    var dids: [FormatString<DID>] = []
    for name in ["one", "two", "three"] { dids.append(try await server.signUp(name).did) }
    let admin = server.administrator.comAtproto.admin
    let infos = try await admin.getAccountInfos(
      .init(dids: dids + ["did:plc:44ybard66vv44zksje25o7dz"])
    ).infos
    #expect(infos.map(\.did) == dids)
    #expect(infos.map(\.handle) == ["one.test", "two.test", "three.test"])
    #expect(infos.allSatisfy { $0.deactivatedAt == nil && $0.emailConfirmedAt == nil })

    var found: [FormatString<DID>] = []
    var cursor: String?
    repeat {
      let page = try await admin.searchAccounts(.init(cursor: cursor, limit: 2))
      found += page.accounts.map(\.did)
      cursor = page.cursor
    } while cursor != nil
    #expect(found.map(\.string) == dids.map(\.string).sorted())
    let some = try await admin.searchAccounts(.init(email: "TWO@")).accounts
    #expect(some.map(\.handle) == ["two.test"])
    #expect(try await admin.searchAccounts(.init(email: "%")).accounts.isEmpty)
  }

  @Test func emailPasswordAndAccountCanBeChanged() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    _ = try await server.signUp("bob")
    let admin = server.administrator.comAtproto.admin
    try await admin.updateAccountEmail(.init(account: "alice.test", email: "new@mail.test"))
    let taken = await refusal {
      try await admin.updateAccountEmail(.init(account: account.repo, email: "bob@mail.test"))
    }
    #expect(taken == "400 InvalidRequest")
    #expect(try await account.client.comAtproto.server.getSession().email == "new@mail.test")

    let short = await refusal {
      try await admin.updateAccountPassword(.init(did: account.did, password: "short"))
    }
    #expect(short == "400 InvalidRequest")
    try await admin.updateAccountPassword(.init(did: account.did, password: "another password"))
    let ended = await refusal { try await account.client.comAtproto.server.getSession() }
    #expect(ended == "400 ExpiredToken")
    _ = try await server.client.login(identifier: "new@mail.test", password: "another password")

    try await admin.disableAccountInvites(.init(account: account.did, note: "enough"))
    #expect(try await admin.getAccountInfo(.init(did: account.did)).invitesDisabled == true)
    try await admin.enableAccountInvites(.init(account: account.did))
    #expect(try await admin.getAccountInfo(.init(did: account.did)).invitesDisabled == false)

    try await admin.deleteAccount(.init(did: account.did))
    let gone = await refusal { try await admin.getAccountInfo(.init(did: account.did)) }
    #expect(gone == "400 NotFound")
  }

  @Test func handleCanBeChangedToAReservedName() async throws {
    let server = try TestServer()
    let account = try await server.signUp()
    let bob = try await server.signUp("bob")
    let admin = server.administrator.comAtproto.admin
    // The administrator can assign names that are reserved.
    for handle in ["Alicia.test", "admin.test"] as [FormatString<Handle>] {
      try await admin.updateAccountHandle(.init(did: account.did, handle: handle))
      let session = try await account.client.comAtproto.server.getSession()
      #expect(session.handle.string == handle.string.lowercased())
      let data = try await server.network.directory.data(of: account.did.parsed())
      #expect(data.handle?.string == session.handle.string)
    }
    for (handle, refused) in [
      ("bob.test", "400 HandleNotAvailable"), ("a.b.test", "400 InvalidHandle"),
      ("elsewhere.example.com", "400 InvalidHandle"),
    ] {
      let answer = await refusal {
        try await admin.updateAccountHandle(
          .init(did: account.did, handle: FormatString(handle))
        )
      }
      #expect(answer == refused)
    }
    #expect(try await account.client.comAtproto.server.getSession().handle == "admin.test")
    var reader = FirehoseReader()
    try await reader.read(
      server.store,
      keys: [account.did.string: account.signingKey(), bob.did.string: bob.signingKey()]
    )
    // One event for the new account, and one for each handle.
    let news = reader.types.filter { $0.type == "#identity" && $0.did == account.did.string }
    #expect(news.count == 3)
  }

  @Test func mailIsSentToTheOwner() async throws {
    let account = try await TestServer().signUp()
    let admin = account.server.administrator.comAtproto.admin
    let output = try await admin.sendEmail(
      .init(
        recipientDid: account.did,
        content: "Dear Alice,\n\nFrom now on …",
        subject: "Über dich",
        senderDid: "did:web:localhost"
      )
    )
    #expect(output.sent)
    _ = try await admin.sendEmail(
      .init(recipientDid: account.did, content: "x", senderDid: "did:web:localhost")
    )
    let mails = account.server.mails
    #expect(mails.count == 2 && mails.allSatisfy { $0.contains("\nTo: <alice@mail.test>\n") })
    #expect(mails[1].contains("\nSubject: A message from localhost\n"))
    let injected = await refusal {
      try await admin.sendEmail(
        .init(
          recipientDid: account.did,
          content: "x",
          subject: "x\r\nBcc: eve@mail.test",
          senderDid: "did:web:localhost"
        )
      )
    }
    #expect(injected == "400 InvalidRequest" && account.server.mails.count == 2)
  }
}
