import ATProtoCrypto
import ATProtoSyntax
import ComAtprotoAPI
import ServiceKit
import Synchronization
import Testing
import XRPC
import XRPCServer

@testable import PDS

/// The domain types, tested without XRPC.
@Suite struct DomainTests {
  /// A store that fails every write after the first ones, as if the process had died in between.
  private final class DyingStore: PDSStore {
    private let base: any PDSStore
    private let remaining: Mutex<Int>

    init(_ base: any PDSStore, afterWrites count: Int) {
      self.base = base
      remaining = Mutex(count)
    }

    func read<Value: Sendable>(
      _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
    ) async throws -> Value {
      try await base.read(body)
    }

    func write<Value: Sendable>(
      _ body: @escaping @Sendable (any PDSTransaction) throws -> Value
    ) async throws -> Value {
      let isAlive = remaining.withLock { count in
        count -= 1
        return count >= 0
      }
      guard isAlive else { throw ServiceError(.storage, "the process has died") }
      return try await base.write(body)
    }

    func setUp<Value>(_ body: (any PDSTransaction) throws -> Value) throws -> Value {
      try base.setUp(body)
    }

    var eventSignal: EventSignal { base.eventSignal }

    func close() throws {}
  }

  private struct Rollback: Error {}

  private func inAbandonedTransaction(
    _ store: any PDSStore,
    _ body: @escaping @Sendable (any PDSTransaction) throws -> Void
  ) async throws {
    await #expect(throws: Rollback.self) {
      try await store.write { transaction in
        try body(transaction)
        throw Rollback()
      }
    }
  }

  // Accounts

  @Test func deactivationAndItsScheduledDeletionAreOneTransaction() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let did = try account.did.parsed()
    let accounts = Accounts(
      store: DyingStore(server.store, afterWrites: 1),
      passwords: server.domain.accounts.passwords,
      mailTokens: server.domain.accounts.mailTokens,
      passwordResets: nil,
      logger: server.server.logger
    )
    try await accounts.deactivate(did, deleteAfter: 1_000)
    let (status, due) = try await server.store.read { transaction in
      (
        try transaction.accounts.status(of: did),
        try transaction.accounts.scheduledDeletions(
          deleteBefore: 1_001,
          deactivatedBefore: .max,
          limit: 2
        )
      )
    }
    #expect(status == .deactivated)
    #expect(due == [did])
  }

  @Test func deactivationByTheAdministratorKeepsTheScheduledDeletion() async throws {
    let account = try await TestServer().signUp()
    let server = account.server
    let did = try account.did.parsed()
    let accounts = server.domain.accounts
    func due() async throws -> [DID] {
      try await server.store.read { transaction in
        try transaction.accounts.scheduledDeletions(
          deleteBefore: 1_001,
          deactivatedBefore: .max,
          limit: 2
        )
      }
    }
    try await accounts.deactivate(did, deleteAfter: 1_000)
    try await accounts.deactivate(did)
    #expect(try await due() == [did])
    try await accounts.deactivate(did, deleteAfter: nil)
    #expect(try await due().isEmpty)
    try await accounts.deactivate(did, deleteAfter: 1_000)
    try await accounts.activate(did)
    #expect(try await due().isEmpty)
  }

  @Test func statusOfAnUnknownAccountCannotBeChanged() async throws {
    let server = try TestServer()
    let accounts = server.domain.accounts
    let did: DID = "did:plc:44ybard66vv44zksje25o7dz"
    await #expect(throws: XRPCServerError.subjectNotFound) { try await accounts.activate(did) }
    await #expect(throws: XRPCServerError.subjectNotFound) { try await accounts.deactivate(did) }
    #expect(try await server.store.read { try $0.accounts.status(of: did) } == nil)
  }

  // Invites

  private func code(_ server: TestServer, capacity: Int) async throws -> String {
    let created = try await server.domain.invites.create(
      1,
      capacity: capacity,
      for: [InviteCode.administrator]
    )
    return try #require(created.first?.codes.first)
  }

  @Test func inviteCodeIsUsedOnlyIfTheAccountIsCreated() async throws {
    let server = try TestServer()
    let invites = server.domain.invites
    let code = try await code(server, capacity: 1)
    let dids = [try await server.signUp("one"), try await server.signUp("two")]
      .map { try? $0.did.parsed() }
    let (first, second) = (try #require(dids[0]), try #require(dids[1]))
    try await inAbandonedTransaction(server.store) { transaction in
      try invites.use(code, by: first, in: transaction)
    }
    try await server.store.write { transaction in
      // Checking a code does not use it.
      try invites.check(code, in: transaction)
      try invites.use(code, by: second, in: transaction)
    }
    await #expect(throws: ComAtproto.Server.CreateAccount.Failure.self) {
      try await server.store.write { transaction in
        try invites.use(code, by: first, in: transaction)
      }
    }
    let uses = try await server.store.read { try $0.invites.code(code)?.uses.map(\.usedBy) }
    #expect(uses == [second])
  }

  @Test func disabledInviteCodeCannotBeUsed() async throws {
    let server = try TestServer()
    let invites = server.domain.invites
    let code = try await code(server, capacity: 2)
    try await invites.disable([code], of: [])
    await #expect(throws: ComAtproto.Server.CreateAccount.Failure.self) {
      try await server.store.read { try invites.check(code, in: $0) }
    }
  }

  @Test func administratorsCodesCannotAllBeDisabledAtOnce() async throws {
    let server = try TestServer()
    let invites = server.domain.invites
    let code = try await code(server, capacity: 1)
    await #expect(throws: XRPCServerError.invalidRequest("")) {
      try await invites.disable([], of: [InviteCode.administrator])
    }
    try await server.store.read { try invites.check(code, in: $0) }
  }

  // Mail tokens

  @Test func mailTokenIsRedeemedOnlyIfItsTransactionIsCommitted() async throws {
    let account = try await TestServer().signUp()
    let (server, did) = (account.server, try account.did.parsed())
    let tokens = server.domain.accounts.mailTokens
    try await tokens.send(.deleteAccount, to: server.domain.accounts.existing(did))
    let token = try server.mailedToken()
    try await inAbandonedTransaction(server.store) { transaction in
      try tokens.redeem(token, for: .deleteAccount, of: did, in: transaction)
    }
    try await tokens.redeem(token, for: .deleteAccount, of: did)
    await #expect(throws: XRPCServerError.invalidToken()) {
      try await tokens.redeem(token, for: .deleteAccount, of: did)
    }
  }

  @Test func ownerOfAMailTokenIsFoundWithoutRedeemingIt() async throws {
    let account = try await TestServer().signUp()
    let (server, did) = (account.server, try account.did.parsed())
    let tokens = server.domain.accounts.mailTokens
    try await tokens.send(.resetPassword, to: server.domain.accounts.existing(did))
    let token = try server.mailedToken()
    #expect(try await tokens.owner(of: token.lowercased(), for: .resetPassword) == did)
    #expect(try await tokens.owner(of: token, for: .resetPassword) == did)
    await #expect(throws: XRPCServerError.invalidToken()) {
      try await tokens.owner(of: token, for: .confirmEmail)
    }
  }

  // Sessions

  /// Refresh tokens, at times chosen by the test.
  private struct Rotation {
    let server: TestServer
    var sessions: Sessions { server.domain.sessions }

    init(_ server: TestServer) {
      self.server = server
    }

    func start(_ grant: SessionGrant = .accountPassword, of did: DID) async throws
      -> SessionIssuer.RefreshClaims
    {
      let pair = try await server.store.write { [sessions] transaction in
        try sessions.start(of: did, grant, in: transaction)
      }
      return try sessions.issuer.refreshClaims(pair.refresh, at: currentSeconds())
    }

    /// Returns nil if the token has been revoked.
    func rotate(
      _ claims: SessionIssuer.RefreshClaims,
      at seconds: Int
    ) async throws -> SessionIssuer.RefreshClaims? {
      let pair = try await server.store.write { [sessions] transaction in
        try sessions.rotate(claims, at: seconds, in: transaction)
      }
      return try pair.map { try sessions.issuer.refreshClaims($0.refresh, at: seconds) }
    }
  }

  @Test func refreshTokenHasOneSuccessorDuringTheGracePeriodAndNoneAfter() async throws {
    let account = try await TestServer().signUp()
    let rotation = Rotation(account.server)
    let now = currentSeconds()
    let first = try await rotation.start(of: account.did.parsed())
    let second = try #require(try await rotation.rotate(first, at: now))
    #expect(second.id != first.id)
    let grace = rotation.sessions.refreshGracePeriod
    let again = try #require(try await rotation.rotate(first, at: now + grace - 1))
    #expect(again.id == second.id)
    #expect(try await rotation.rotate(first, at: now + grace + 1) == nil)
    let third = try #require(try await rotation.rotate(second, at: now + grace + 1))
    #expect(third.id != second.id)
  }

  @Test func refreshTokenOfAnEndedSessionIsRevoked() async throws {
    let account = try await TestServer().signUp()
    let rotation = Rotation(account.server)
    let first = try await rotation.start(of: account.did.parsed())
    let other = try await rotation.start(of: account.did.parsed())
    let second = try #require(try await rotation.rotate(first, at: currentSeconds()))
    // An earlier token of the session also ends it.
    try await rotation.sessions.end(first)
    #expect(try await rotation.rotate(second, at: currentSeconds()) == nil)
    #expect(try await rotation.rotate(other, at: currentSeconds()) != nil)
    await #expect(throws: ComAtproto.Server.DeleteSession.Failure.self) {
      try await rotation.sessions.end(second)
    }
  }

  @Test func refreshTokenWorksForItsAccountOnly() async throws {
    let server = try TestServer()
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    let rotation = Rotation(server)
    var claims = try await rotation.start(of: alice.did.parsed())
    claims.did = try bob.did.parsed()
    #expect(try await rotation.rotate(claims, at: currentSeconds()) == nil)
    claims.did = try alice.did.parsed()
    #expect(try await rotation.rotate(claims, at: currentSeconds()) != nil)
  }

  @Test func sessionOfATakenDownAccountIsNotRefreshed() async throws {
    let account = try await TestServer().signUp()
    let rotation = Rotation(account.server)
    let claims = try await rotation.start(.takendown, of: account.did.parsed())
    #expect(try await rotation.rotate(claims, at: currentSeconds()) == nil)
  }
}
