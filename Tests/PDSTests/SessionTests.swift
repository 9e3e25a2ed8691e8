import ATProtoAuth
import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import PDS
import Testing
import XRPC
import XRPCClient

@Suite struct SessionTests {
  static let password = ComAtproto.Server.CreateAccount.Input.samplePassword

  private func logIn(
    _ server: TestServer,
    _ identifier: String,
    _ password: String = Self.password
  ) async throws -> ComAtproto.Server.CreateSession.Output {
    try await server.client.comAtproto.server.createSession(
      ComAtproto.Server.CreateSession.Input(identifier: identifier, password: password)
    )
  }

  @Test func logInAcceptsHandleDIDAndEmail() async throws {
    let account = try await TestServer().signUp()
    for identifier in ["alice.test", "ALICE.test", account.did.string, "alice@mail.test"] {
      let session = try await logIn(account.server, identifier)
      #expect(session.did == account.did)
      let seen = try await account.server.client(token: session.accessJwt)
        .comAtproto.server.getSession()
      #expect(seen.handle == "alice.test" && seen.email == "alice@mail.test")
    }
  }

  @Test(arguments: [
    ("alice.test", "wrong"), ("nobody.test", password), ("alice@mail.test", ""), ("%", password),
  ])
  func failedLogInDoesNotRevealTheReason(identifier: String, password: String) async throws {
    let account = try await TestServer().signUp()
    let refused = await refusal { try await logIn(account.server, identifier, password) }
    #expect(refused == "401 AuthenticationRequired")
  }

  @Test func accessAndRefreshTokensAreNotInterchangeable() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let access = account.output.accessJwt
    let refresh = account.output.refreshJwt
    // The low bits of the last character are not part of the signature, so the test changes one
    // before it.
    let tampered = String(access.dropLast(2)) + (access.hasSuffix("AA") ? "BB" : "AA")
    let unsigned =
      "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJub25lIn0." + access.split(separator: ".")[1] + "."
    let foreign = JWT.sign(
      JWTClaims(
        subject: account.did.string,
        audience: "did:web:localhost",
        expiresAt: 4_000_000_000,
        scope: "com.atproto.access"
      ),
      type: "at+jwt",
      with: .shared(SymmetricKey())
    )
    for token in [refresh, tampered, unsigned, foreign, "x"] {
      let refused = await refusal {
        try await server.client(token: token).comAtproto.server.getSession()
      }
      #expect(refused == "400 InvalidToken", "\(token)")
    }
    let anonymous = await refusal { try await server.client.comAtproto.server.getSession() }
    #expect(anonymous == "401 AuthMissing")
    for token in [access, tampered, "x"] {
      let refused = await refusal {
        try await server.client(token: token).comAtproto.server.refreshSession()
      }
      #expect(refused == "400 InvalidToken")
    }
  }

  @Test func refreshTokenIsRotated() async throws {
    let account = try await TestServer { $0.refreshGracePeriod = -1 }.signUp()
    let server = account.server
    let first = account.output.refreshJwt
    let renewed = try await server.client(token: first).comAtproto.server.refreshSession()
    #expect(renewed.did == account.did && renewed.refreshJwt != first)
    #expect(renewed.accessJwt != account.output.accessJwt)
    let again = await refusal {
      try await server.client(token: first).comAtproto.server.refreshSession()
    }
    #expect(again == "400 InvalidToken")
    _ = try await server.client(token: renewed.refreshJwt).comAtproto.server.refreshSession()
  }

  @Test func usedRefreshTokenGivesTheSameSuccessorDuringTheGracePeriod() async throws {
    let account = try await TestServer().signUp()
    let client = account.server.client(token: account.output.refreshJwt)
    let first = try await client.comAtproto.server.refreshSession()
    let second = try await client.comAtproto.server.refreshSession()
    let ids = try [first, second].map { try JWT($0.refreshJwt).unverifiedClaims.identifier }
    #expect(ids[0] == ids[1])
  }

  @Test func deletedSessionCannotBeRefreshed() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let client = server.client(token: account.output.refreshJwt)
    let renewed = try await client.comAtproto.server.refreshSession()
    // An earlier token also ends the session.
    try await client.comAtproto.server.deleteSession()
    let refused = await refusal {
      try await server.client(token: renewed.refreshJwt).comAtproto.server.refreshSession()
    }
    #expect(refused == "400 InvalidToken")
    let twice = await refusal { try await client.comAtproto.server.deleteSession() }
    #expect(twice == "400 InvalidToken")
  }

  @Test func clientRefreshesExpiredTokens() async throws {
    let server = try TestServer { $0.accessTokenLifetime = -60 }
    let account = try await server.signUp()
    let refused = await refusal { try await account.client.comAtproto.server.getSession() }
    #expect(refused == "400 ExpiredToken")
    // Another server on the same directory, with valid tokens: the client refreshes by itself.
    try server.server.close()
    let second = try TestServer(folder: server.folder)
    let session = second.client.resuming(
      SessionTokens(
        did: account.did,
        handle: account.output.handle,
        access: account.output.accessJwt,
        refresh: account.output.refreshJwt
      )
    )
    let seen = try await session.comAtproto.server.getSession()
    #expect(seen.did == account.did)
  }
}
