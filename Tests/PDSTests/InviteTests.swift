import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import PDS

@Suite struct InviteTests {
  typealias Server = ComAtproto.Server

  private func make(_ server: TestServer, uses: Int = 1, for account: TestAccount? = nil)
    async throws -> String
  {
    try await server.administrator.comAtproto.server.createInviteCode(
      Server.CreateInviteCode.Input(useCount: uses, forAccount: account?.did)
    ).code
  }

  private func use(_ server: TestServer, _ code: String, by account: TestAccount) async -> String {
    return await refusal {
      let did = try account.did.parsed()
      try await server.store.write { transaction in
        try server.domain.invites.use(code, by: did, in: transaction)
      }
    }
  }

  private func codes(
    _ server: TestServer,
    sort: ComAtproto.Admin.GetInviteCodes.Parameters.Sort = .recent
  ) async throws -> [Server.Defs.InviteCode] {
    var codes: [Server.Defs.InviteCode] = []
    var cursor: String?
    repeat {
      let page = try await server.administrator.comAtproto.admin.getInviteCodes(
        .init(sort: sort, limit: 2, cursor: cursor)
      )
      codes += page.codes
      cursor = page.cursor
    } while cursor != nil
    return codes
  }

  @Test func codeWorksUpToItsNumberOfUses() async throws {
    let server = try TestServer()
    let users = [try await server.signUp("one"), try await server.signUp("two")]
    let code = try await make(server)
    #expect(code.wholeMatch(of: /localhost-[a-z2-7]{5}-[a-z2-7]{5}/) != nil)
    #expect(await use(server, code, by: users[0]).hasPrefix("not refused"))
    #expect(await use(server, code, by: users[1]).contains("invalidInviteCode"))
    for wrong in ["", code.uppercased(), "localhost-aaaaa-aaaaa"] {
      #expect(await use(server, wrong, by: users[1]).contains("invalidInviteCode"))
    }
    let seen = try await codes(server)
    #expect(seen.map(\.code) == [code] && seen[0].available == 1)
    #expect(seen[0].uses.map(\.usedBy) == [users[0].did])
    let view = try await server.administrator.comAtproto.admin.getAccountInfo(
      .init(did: users[0].did)
    )
    #expect(view.invitedBy?.code == code)
  }

  @Test func codesAreListedByAgeAndByUse() async throws {
    let server = try TestServer()
    let users = [try await server.signUp("one"), try await server.signUp("two")]
    var made: [String] = []
    for _ in 0..<5 { made.append(try await make(server, uses: 5)) }
    for user in users { _ = await use(server, made[3], by: user) }
    _ = await use(server, made[1], by: users[0])
    #expect(Set(try await codes(server).map(\.code)) == Set(made))
    let byUse = try await codes(server, sort: .usage)
    #expect(byUse.map(\.uses.count) == [2, 1, 0, 0, 0])
    #expect(byUse.prefix(2).map(\.code) == [made[3], made[1]])
    for cursor in ["x", "1", "x::y"] {
      let refused = await refusal {
        try await server.administrator.comAtproto.admin.getInviteCodes(.init(cursor: cursor))
      }
      #expect(refused == "400 InvalidRequest")
    }
  }

  @Test func codesOfATakenDownAccountDoNotWork() async throws {
    let server = try TestServer()
    let giver = try await server.signUp("giver")
    let guest = try await server.signUp("guest")
    let made = try await server.administrator.comAtproto.server.createInviteCodes(
      Server.CreateInviteCodes.Input(codeCount: 3, useCount: 1, forAccounts: [giver.did])
    ).codes
    #expect(made.map(\.account) == [giver.did.string])
    let codes = try #require(made.first?.codes)
    #expect(Set(codes).count == 3)
    #expect(await use(server, codes[0], by: guest).hasPrefix("not refused"))
    try await server.administrator.comAtproto.admin.disableInviteCodes(.init(codes: [codes[1]]))

    func own(_ includeUsed: Bool) async throws -> Set<String> {
      let output = try await giver.client.comAtproto.server.getAccountInviteCodes(
        .init(includeUsed: includeUsed)
      )
      return Set(output.codes.map(\.code))
    }
    #expect(try await own(true) == [codes[0], codes[2]])
    #expect(try await own(false) == [codes[2]])
    #expect(await use(server, codes[1], by: guest).contains("invalidInviteCode"))
    // Codes of an account that was taken down do not work.
    let did = try giver.did.parsed()
    try await server.domain.takedowns.set("spam", of: .account(did))
    #expect(await use(server, codes[2], by: guest).contains("invalidInviteCode"))
    try await server.domain.takedowns.set(nil, of: .account(did))
    try await server.administrator.comAtproto.admin.disableInviteCodes(
      .init(accounts: [giver.did.string])
    )
    #expect(await use(server, codes[2], by: guest).contains("invalidInviteCode"))
  }

  /// Without a code, a request does not reveal whether a handle or an email is in use.
  @Test func requestWithoutACodeRevealsNothing() async throws {
    let server = try TestServer { $0.isInviteRequired = true }
    #expect(try await server.client.comAtproto.server.describeServer().inviteCodeRequired == true)
    var alice = Server.CreateAccount.Input.sample("alice")
    alice.inviteCode = try await make(server)
    _ = try await server.client.comAtproto.server.createAccount(alice)
    for (name, code) in [("alice", nil), ("alice", alice.inviteCode), ("bob", nil), ("bob", "x")] {
      var input = Server.CreateAccount.Input.sample(name)
      input.inviteCode = code
      let refused = await refusal {
        try await server.client.comAtproto.server.createAccount(input)
      }
      #expect(refused == "400 InvalidInviteCode", "\(name) \(code ?? "")")
    }
  }

  @Test func invalidCountsAreRejected() async throws {
    let server = try TestServer()
    for (count, uses, accounts) in [
      (0, 1, 1), (1, 0, 1), (-1, 1, 1), (1001, 1, 1), (2, 1, 501), (Int.max, 1, 2),
    ] {
      let refused = await refusal {
        try await server.administrator.comAtproto.server.createInviteCodes(
          Server.CreateInviteCodes.Input(
            codeCount: count,
            useCount: uses,
            forAccounts: Array(repeating: FormatString("did:web:a.test"), count: accounts)
          )
        )
      }
      #expect(refused == "400 InvalidRequest", "\(count) \(uses) \(accounts)")
    }
    let admin = await refusal {
      try await server.administrator.comAtproto.admin.disableInviteCodes(.init(accounts: ["admin"]))
    }
    #expect(admin == "400 InvalidRequest")
    #expect(try await codes(server).isEmpty)
  }
}
