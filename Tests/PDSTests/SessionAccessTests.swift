import ATProtoAuth
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@testable import PDS

@Suite struct SessionAccessTests {
  typealias Server = ComAtproto.Server

  private func logIn(
    _ account: TestAccount,
    _ password: String = SessionTests.password,
    allowTakendown: Bool? = nil
  ) async throws -> Server.CreateSession.Output {
    try await account.server.client.comAtproto.server.createSession(
      Server.CreateSession.Input(
        identifier: account.did.string,
        password: password,
        allowTakendown: allowTakendown
      )
    )
  }

  @Test(arguments: [AccountStatus.Flag.takendown, .suspended])
  func takenDownAccountCanOnlyOpenALimitedSession(flag: AccountStatus.Flag) async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let app = try await account.client.comAtproto.server.createAppPassword(
      Server.CreateAppPassword.Input(name: "app")
    )
    try await account.set(flag)

    let seen = await refusal { try await account.client.comAtproto.server.getSession() }
    #expect(seen == "401 AccountTakedown")
    let written = await refusal { try await account.create(.post("x")) }
    #expect(written == "401 AccountTakedown")
    let renewed = await refusal {
      try await server.client(token: account.output.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(renewed == "401 AccountTakedown")
    #expect(await refusal { try await logIn(account) } == "401 AccountTakedown")
    // Without the password, the response does not reveal the status.
    #expect(await refusal { try await logIn(account, "wrong") } == "401 AuthenticationRequired")
    let byApp = await refusal {
      try await logIn(account, app.password, allowTakendown: true)
    }
    #expect(byApp == "401 AccountTakedown")

    let session = try await logIn(account, allowTakendown: true)
    #expect(session.active == false && session.status?.rawValue == flag.rawValue)
    #expect(try JWT(session.accessJwt).unverifiedClaims.scope == "com.atproto.takendown")
    let client = server.client(token: session.accessJwt)
    let limited = await refusal { try await client.comAtproto.server.getSession() }
    #expect(limited == "400 InvalidToken")
    let again = await refusal {
      try await server.client(token: session.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(again == "401 AccountTakedown")
  }

  @Test func deactivatedAccountCanReadButNotWrite() async throws {
    let account = try await TestServer().signUp()
    try await account.set(.deactivated)
    let seen = try await account.client.comAtproto.server.getSession()
    #expect(seen.active == false && seen.status?.rawValue == "deactivated")
    let session = try await logIn(account)
    #expect(session.active == false && session.status?.rawValue == "deactivated")
    let renewed = try await account.server.client(token: session.refreshJwt)
      .comAtproto.server.refreshSession()
    #expect(renewed.active == false && renewed.status?.rawValue == "deactivated")
    #expect(await refusal { try await account.create(.post("x")) } == "401 AccountDeactivated")
  }

  @Test func loggingOutInvalidatesAccessTokens() async throws {
    let account = try await TestServer().signUp()
    let other = try await logIn(account)
    try await account.server.client(token: account.output.refreshJwt)
      .comAtproto.server.deleteSession()
    let ended = await refusal { try await account.client.comAtproto.server.getSession() }
    #expect(ended == "400 ExpiredToken")
    _ = try await account.server.client(token: other.accessJwt).comAtproto.server.getSession()
  }

  static let scopes: [SessionScope] = [.access, .privilegedAppPassword, .appPassword, .takendown]

  @Test(arguments: [
    (AccessPolicy.anySession, [true, true, true, false]),
    (.privileged, [true, true, false, false]),
    (.accountPassword, [true, false, false, false]),
    (.anySession.orTakendown, [true, true, true, true]),
    (.accountPassword.orTakendown, [true, false, false, true]),
    (.anySession.ofActiveAccount, [true, true, true, false]),
  ])
  func policyAllowsScopes(rule: AccessPolicy, expected: [Bool]) {
    #expect(Self.scopes.map(rule.allows) == expected)
  }
}
