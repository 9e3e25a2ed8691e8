import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import PDS

@Suite struct AppPasswordTests {
  typealias Server = ComAtproto.Server

  private func make(
    _ account: TestAccount,
    _ name: String = "phone",
    privileged: Bool? = nil
  ) async throws -> Server.CreateAppPassword.AppPassword {
    try await account.client.comAtproto.server.createAppPassword(
      Server.CreateAppPassword.Input(name: name, privileged: privileged)
    )
  }

  private func logIn(
    _ account: TestAccount,
    _ password: String
  ) async throws -> Server.CreateSession.Output {
    try await account.server.client.comAtproto.server.createSession(
      Server.CreateSession.Input(identifier: account.did.string, password: password)
    )
  }

  private func names(_ account: TestAccount) async throws -> [String] {
    try await account.client.comAtproto.server.listAppPasswords().passwords.map(\.name)
  }

  @Test(arguments: [(nil, "com.atproto.appPass"), (true, "com.atproto.appPassPrivileged")])
  func sessionHasTheScopeOfItsAppPassword(privileged: Bool?, scope: String) async throws {
    let account = try await TestServer().signUp()
    let made = try await make(account, privileged: privileged)
    #expect(made.name == "phone" && made.privileged == (privileged ?? false))
    let groups = made.password.split(separator: "-", omittingEmptySubsequences: false)
    #expect(groups.map(\.utf8.count) == [4, 4, 4, 4])

    var session = try await logIn(account, made.password)
    #expect(session.active == true && session.email == "alice@mail.test")
    for _ in 0..<2 {
      #expect(try JWT(session.accessJwt).unverifiedClaims.scope == scope)
      let client = account.server.client(token: session.accessJwt)
      #expect(try await client.comAtproto.server.getSession().did == account.did)
      _ = try await client.comAtproto.repo.createRecord(
        ComAtproto.Repo.CreateRecord.Input(
          repo: account.repo,
          collection: FormatString(TestAccount.collection),
          record: .post("from an app")
        )
      )
      let created = await refusal {
        try await client.comAtproto.server.createAppPassword(
          Server.CreateAppPassword.Input(name: "another")
        )
      }
      #expect(created == "400 InvalidToken")
      let revoked = await refusal {
        try await client.comAtproto.server.revokeAppPassword(
          Server.RevokeAppPassword.Input(name: "phone")
        )
      }
      #expect(revoked == "400 InvalidToken")
      // A refreshed session has the same scope.
      let renewed = try await account.server.client(token: session.refreshJwt)
        .comAtproto.server.refreshSession()
      session.accessJwt = renewed.accessJwt
      session.refreshJwt = renewed.refreshJwt
    }
    #expect(try await names(account) == ["phone"])
  }

  @Test func revokingEndsOnlyTheSessionsOfTheAppPassword() async throws {
    let account = try await TestServer().signUp()
    let phone = try await make(account)
    let tablet = try await make(account, "tablet")
    let lost = try await logIn(account, phone.password)
    let kept = try await logIn(account, tablet.password)
    try await account.client.comAtproto.server.revokeAppPassword(
      Server.RevokeAppPassword.Input(name: "phone")
    )
    #expect(try await names(account) == ["tablet"])

    let server = account.server
    let access = await refusal {
      try await server.client(token: lost.accessJwt).comAtproto.server.getSession()
    }
    #expect(access == "400 ExpiredToken")
    let refresh = await refusal {
      try await server.client(token: lost.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(refresh == "400 InvalidToken")
    #expect(
      await refusal { try await logIn(account, phone.password) } == "401 AuthenticationRequired"
    )
    _ = try await server.client(token: kept.accessJwt).comAtproto.server.getSession()
    _ = try await account.client.comAtproto.server.getSession()
    // Revoking an app password that does not exist succeeds.
    try await account.client.comAtproto.server.revokeAppPassword(
      Server.RevokeAppPassword.Input(name: "phone")
    )
  }

  @Test func appPasswordWorksForOneAccountOnly() async throws {
    let server = try TestServer()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    let made = try await make(alice)
    #expect(await refusal { try await logIn(bob, made.password) } == "401 AuthenticationRequired")
    _ = try await make(bob)
  }

  @Test(arguments: ["", String(repeating: "x", count: 257), "taken"])
  func invalidNameIsRejected(name: String) async throws {
    let account = try await TestServer().signUp()
    _ = try await make(account, "taken")
    #expect(await refusal { try await make(account, name) } == "400 InvalidRequest")
    #expect(try await names(account) == ["taken"])
  }

  @Test func numberOfAppPasswordsIsLimited() async throws {
    let account = try await TestServer().signUp()
    for index in 0..<AppPassword.maximumCount { _ = try await make(account, "\(index)") }
    #expect(await refusal { try await make(account, "more") } == "400 InvalidRequest")
  }
}
