import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes
import ServiceKit
import XRPCServer

/// The sessions of moderators at browsers.
///
/// A session is a random cookie. The store has its hash, so a copy of the database opens no session,
/// and the role is looked up for every request, so a member who is removed is out at once.
struct ReviewSessions: Sendable {
  let store: any LabelerStore
  let team: Team
  let tokens: FormTokens
  let url: PublicURL
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int

  /// Begins a session, and returns the value of `Set-Cookie`.
  func begin(_ did: DID) async throws -> String {
    let token = ReviewCookie.randomValue()
    let time = now()
    let session = ReviewSession(
      did: did,
      createdAt: time,
      expiresAt: time + ReviewCookie.session.lifetime * 1_000
    )
    let hash = Self.hash(token)
    try await store.write { transaction in
      try transaction.reviewSessions.insert(session, hash: hash)
    }
    return ReviewCookie.session.field(token, isSecure: url.isSecure)
  }

  /// The moderator who sent a request; nil if there is no session, or it has expired.
  ///
  /// Throws if the account is not a member any more.
  func visitor(_ headers: HTTPFields) async throws -> ReviewVisitor? {
    guard let hash = self.hash(headers) else { return nil }
    let session = try await store.read { transaction in
      try transaction.reviewSessions.session(hash)
    }
    guard let session, session.expiresAt > now() else { return nil }
    do {
      return ReviewVisitor(
        moderator: try await moderator(session.did),
        formToken: tokens.token(Self.parts(hash))
      )
    } catch let problem as ReviewProblem {
      // A member who comes back has to log in again.
      try await store.write { transaction in try transaction.reviewSessions.remove(hash) }
      throw problem
    }
  }

  /// Throws ``ReviewProblem`` for an account that is not a member, or is disabled.
  func moderator(_ did: DID) async throws -> Moderator {
    do {
      return try await team.moderator(did)
    } catch is XRPCServerError {
      throw ReviewProblem(
        .forbidden,
        "You are not a member of the team",
        "\(did) may not moderate here. Ask an administrator to add you."
      )
    }
  }

  /// Ends the session, and returns the value of `Set-Cookie` that removes the cookie.
  func end(_ headers: HTTPFields) async throws -> String {
    if let hash = self.hash(headers) {
      try await store.write { transaction in try transaction.reviewSessions.remove(hash) }
    }
    return ReviewCookie.session.field("", isSecure: url.isSecure)
  }

  /// Throws ``ReviewProblem`` unless a page of this session sent the form.
  func check(_ request: ReviewRequest) throws(ReviewProblem) {
    guard let hash = self.hash(request.headers),
      tokens.isFromThisServer(request.headers, authority: request.authority),
      tokens.isToken(request.form[FormTokens.field], of: Self.parts(hash))
    else { throw .foreignForm }
  }

  private func hash(_ headers: HTTPFields) -> [UInt8]? {
    ReviewCookie.session.value(in: headers, isSecure: url.isSecure).map(Self.hash)
  }

  private static func hash(_ token: String) -> [UInt8] { SHA256.hash(token).bytes }

  private static func parts(_ hash: [UInt8]) -> [String] { ["review", Hex.encode(hash)] }
}
