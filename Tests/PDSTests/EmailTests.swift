import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPCClient

@testable import PDS

@Suite struct EmailTests {
  typealias Server = ComAtproto.Server

  private func confirm(_ account: TestAccount, _ email: String, _ token: String) async throws {
    try await account.client.comAtproto.server.confirmEmail(
      Server.ConfirmEmail.Input(email: email, token: token)
    )
  }

  private func update(_ account: TestAccount, _ email: String, _ token: String?) async throws {
    try await account.client.comAtproto.server.updateEmail(
      Server.UpdateEmail.Input(email: email, token: token)
    )
  }

  private func session(_ account: TestAccount) async throws -> Server.GetSession.Output {
    try await account.client.comAtproto.server.getSession()
  }

  private func confirmed(_ account: TestAccount) async throws {
    try await account.client.comAtproto.server.requestEmailConfirmation()
    try await confirm(account, "alice@mail.test", account.server.mailedToken())
  }

  @Test func mailedTokenConfirmsTheEmailOnce() async throws {
    let account = try await TestServer().signUp()
    #expect(try await session(account).emailConfirmed == false)
    try await account.client.comAtproto.server.requestEmailConfirmation()
    #expect(account.server.mails.count == 1)
    #expect(account.server.mails[0].contains("\nTo: <alice@mail.test>\n"))
    let token = try account.server.mailedToken()
    // In a form in which a person might type it.
    try await confirm(account, "ALICE@mail.test", " \(token.lowercased())\n")
    #expect(try await session(account).emailConfirmed == true)
    let again = await refusal { try await confirm(account, "alice@mail.test", token) }
    #expect(again == "400 InvalidToken")
  }

  @Test func tokenIsValidForOnePurposeAndOneAccount() async throws {
    let server = try TestServer()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    try await alice.client.comAtproto.server.requestAccountDelete()
    let other = try server.mailedToken()
    #expect(
      await refusal { try await confirm(alice, "alice@mail.test", other) } == "400 InvalidToken"
    )
    try await alice.client.comAtproto.server.requestEmailConfirmation()
    let first = try server.mailedToken()
    let stolen = await refusal { try await confirm(bob, "bob@mail.test", first) }
    #expect(stolen == "400 InvalidToken")
    let elsewhere = await refusal { try await confirm(alice, "bob@mail.test", first) }
    #expect(elsewhere == "400 InvalidEmail")
    // The next token replaces it.
    try await alice.client.comAtproto.server.requestEmailConfirmation()
    #expect(
      await refusal { try await confirm(alice, "alice@mail.test", first) } == "400 InvalidToken"
    )
    try await confirm(alice, "alice@mail.test", server.mailedToken())
  }

  @Test(arguments: MailTokenPurpose.allCases)
  func tokenExpiresAndWorksOnce(purpose: MailTokenPurpose) async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let did = try account.did.parsed()
    let token = MailToken.make()
    func keep(until seconds: Int) async throws {
      let entry = MailTokenEntry(
        did: did,
        hash: MailToken(token, purpose).hash,
        expiresAt: seconds
      )
      try await server.store.write { transaction in try transaction.mailTokens.set(entry, purpose) }
    }
    func redeem(_ purpose: MailTokenPurpose) async -> String {
      await refusal {
        try await server.store.write { transaction in
          try server.domain.accounts.mailTokens.redeem(
            token,
            for: purpose,
            of: did,
            in: transaction
          )
        }
      }
    }
    try await keep(until: currentSeconds())
    #expect(await redeem(purpose).contains("ExpiredToken"))
    try await keep(until: currentSeconds() + 600)
    for other in MailTokenPurpose.allCases where other != purpose {
      #expect(await redeem(other).contains("InvalidToken"))
    }
    #expect(await redeem(purpose).hasPrefix("not refused"))
    #expect(await redeem(purpose).contains("InvalidToken"))
  }

  @Test func unconfirmedEmailIsChangedWithoutToken() async throws {
    let account = try await TestServer().signUp()
    let required = try await account.client.comAtproto.server.requestEmailUpdate().tokenRequired
    #expect(required == false && account.server.mails.isEmpty)
    try await update(account, "new@mail.test", nil)
    let seen = try await session(account)
    #expect(seen.email == "new@mail.test" && seen.emailConfirmed == false)
  }

  @Test func confirmedEmailIsChangedWithATokenMailedThere() async throws {
    let account = try await TestServer().signUp()
    try await confirmed(account)
    let without = await refusal { try await update(account, "new@mail.test", nil) }
    #expect(without == "400 TokenRequired")
    let required = try await account.client.comAtproto.server.requestEmailUpdate().tokenRequired
    #expect(required == true)
    let token = try account.server.mailedToken()
    let wrong = await refusal { try await update(account, "new@mail.test", "AAAAA-AAAAA") }
    #expect(wrong == "400 InvalidToken")
    try await update(account, "new@mail.test", token)
    let seen = try await session(account)
    #expect(seen.email == "new@mail.test" && seen.emailConfirmed == false)
  }

  @Test(arguments: ["bob@mail.test", "BOB@mail.test", "nobody", "a@b\nBcc: c@d", ""])
  func invalidEmailIsRejectedAndKeepsTheToken(email: String) async throws {
    let server = try TestServer()
    _ = try await server.signUp("bob")
    let account = try await server.signUp()
    try await confirmed(account)
    _ = try await account.client.comAtproto.server.requestEmailUpdate()
    let token = try server.mailedToken()
    #expect(await refusal { try await update(account, email, token) } == "400 InvalidRequest")
    #expect(try await session(account).email == "alice@mail.test")
    // The failed transaction is rolled back, so the token still works.
    try await update(account, "new@mail.test", token)
  }

  @Test func appPasswordCannotChangeTheEmail() async throws {
    let account = try await TestServer().signUp()
    let app = try await account.client.comAtproto.server.createAppPassword(
      Server.CreateAppPassword.Input(name: "app")
    )
    let session = try await account.server.client.login(
      identifier: "alice.test",
      password: app.password
    )
    let calls: [() async throws -> Void] = [
      { _ = try await session.comAtproto.server.requestEmailUpdate() },
      { try await session.comAtproto.server.updateEmail(.init(email: "x@mail.test")) },
      { try await session.comAtproto.server.requestAccountDelete() },
      { _ = try await session.comAtproto.server.getAccountInviteCodes(.init()) },
    ]
    for call in calls { #expect(await refusal(call) == "400 InvalidToken") }
  }

  /// Five an hour for each purpose.
  @Test func mailIsRateLimitedPerAccount() async throws {
    let server = try TestServer { $0.hasRateLimits = true }
    let account = try await server.signUp()
    let other = try await server.signUp("bob")
    for _ in 0..<5 { try await account.client.comAtproto.server.requestEmailConfirmation() }
    let refused = await refusal {
      try await account.client.comAtproto.server.requestEmailConfirmation()
    }
    #expect(refused.hasPrefix("429 "))
    #expect(server.mails.count == 5)
    try await account.client.comAtproto.server.requestAccountDelete()
    try await other.client.comAtproto.server.requestEmailConfirmation()
  }

  @Test func serverWithoutMailRejectsRequestsForTokens() async throws {
    let server = try TestServer {
      $0.isDevelopment = false; $0.handleDomains = [".test"]
    }
    let account = try await server.signUp()
    let calls: [() async throws -> Void] = [
      { try await account.client.comAtproto.server.requestEmailConfirmation() },
      { try await account.client.comAtproto.server.requestAccountDelete() },
      { try await server.client.comAtproto.server.requestPasswordReset(.init(email: "x@y.z")) },
    ]
    for call in calls { #expect(await refusal(call) == "400 InvalidRequest") }
  }
}
