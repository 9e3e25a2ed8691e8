import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import PDS

@Suite struct PasswordResetTests {
  typealias Server = ComAtproto.Server

  private func ask(_ server: TestServer, _ email: String) async throws {
    try await server.client.comAtproto.server.requestPasswordReset(
      Server.RequestPasswordReset.Input(email: email)
    )
  }

  private func reset(_ server: TestServer, _ token: String, _ password: String) async throws {
    try await server.client.comAtproto.server.resetPassword(
      Server.ResetPassword.Input(token: token, password: password)
    )
  }

  private func logIn(_ server: TestServer, _ password: String) async throws {
    _ = try await server.client.comAtproto.server.createSession(
      Server.CreateSession.Input(identifier: "alice.test", password: password)
    )
  }

  @Test func resetSetsThePasswordAndEndsAllSessions() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    try await ask(server, "Alice@mail.test")
    try await server.waitForMail()
    let token = try server.mailedToken()
    try await reset(server, token, "another password")

    #expect(
      await refusal { try await logIn(server, SessionTests.password) }
        == "401 AuthenticationRequired"
    )
    try await logIn(server, "another password")
    let access = await refusal { try await account.client.comAtproto.server.getSession() }
    #expect(access == "400 ExpiredToken")
    let refresh = await refusal {
      try await server.client(token: account.output.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(refresh == "400 InvalidToken")
    #expect(await refusal { try await reset(server, token, "a third one") } == "400 InvalidToken")
  }

  @Test("mails are counted by account, whatever the networks of those who ask")
  func mailsAreCountedByAccount() async throws {
    let server = try TestServer { $0.hasRateLimits = true }
    _ = try await server.signUp()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<12 {
        group.addTask { try await ask(server, "alice@mail.test") }
      }
      try await group.waitForAll()
    }
    for _ in 0..<1000 where server.mails.count < 5 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(server.mails.count == 5)
  }

  @Test func requestDoesNotRevealWhetherTheAccountExists() async throws {
    let account = try await TestServer().signUp()
    try await ask(account.server, "nobody@mail.test")
    try await ask(account.server, "no address")
    #expect(account.server.mails.isEmpty)
  }

  @Test(arguments: ["", "1234567", String(repeating: "x", count: 257)])
  func rejectedPasswordKeepsTheToken(password: String) async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    try await ask(server, "alice@mail.test")
    try await server.waitForMail()
    let token = try server.mailedToken()
    #expect(await refusal { try await reset(server, token, password) } == "400 InvalidRequest")
    try await logIn(server, SessionTests.password)
    try await reset(server, token, "another password")
  }

  @Test func tokenOfAnotherPurposeIsRejected() async throws {
    let account = try await TestServer().signUp()
    try await account.client.comAtproto.server.requestEmailConfirmation()
    let other = try account.server.mailedToken()
    for token in [other, "", "AAAAA-AAAAA"] {
      let refused = await refusal { try await reset(account.server, token, "another password") }
      #expect(refused == "400 InvalidToken")
    }
    try await logIn(account.server, SessionTests.password)
  }

  /// Of two concurrent resets with one token, one succeeds.
  @Test func tokenWorksOnce() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    try await ask(server, "alice@mail.test")
    try await server.waitForMail()
    let token = try server.mailedToken()
    let outcomes = await withTaskGroup(of: String.self) { group in
      for index in 0..<8 {
        group.addTask { await refusal { try await reset(server, token, "password \(index)") } }
      }
      return await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(outcomes.filter { $0.hasPrefix("not refused") }.count == 1)
    #expect(outcomes.filter { $0 == "400 InvalidToken" }.count == 7)
  }
}
