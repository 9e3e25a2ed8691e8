import ATProtoAuth
import ATProtoCrypto
import ATProtoSyntax
import Foundation
import Testing

@testable import PDS

/// Tokens with one defect each, most of them signed with the correct key.
@Suite struct SessionTokenTests {
  static let now = 1_800_000_000
  static let audience = "did:web:pds.test"
  static let did = "did:plc:44ybard66vv44zksje25o7dz"

  private let key = SymmetricKey()
  private let issuer: SessionIssuer

  init() throws {
    issuer = try SessionIssuer(
      key: key,
      PDSConfiguration(dataDirectory: "unused", hostname: "pds.test")
    )
  }

  private static let good = JWTClaims(
    subject: did,
    audience: audience,
    expiresAt: now + 60,
    issuedAt: now,
    identifier: "nonce",
    scope: "com.atproto.access",
    session: "session"
  )

  private func token(
    type: String = "at+jwt",
    _ change: (inout JWTClaims) -> Void = { _ in }
  ) -> String {
    var claims = Self.good
    change(&claims)
    return JWT.sign(claims, type: type, with: .shared(key))
  }

  private func outcome(_ token: String) -> String {
    do throws(JWTError) {
      return try issuer.accessClaims(token, at: Self.now).session
    } catch {
      return error.code.rawValue
    }
  }

  @Test func issuedTokensAreAccepted() throws {
    let refresh = RefreshToken(
      id: "first",
      did: try DID(Self.did),
      session: "family",
      grant: SessionGrant(scope: .appPassword, appPassword: "phone"),
      expiresAt: Self.now + 100
    )
    let access = try issuer.accessClaims(
      issuer.accessToken(for: refresh, at: Self.now),
      at: Self.now
    )
    #expect(access.did == refresh.did && access.session == "family")
    #expect(access.scope == .appPassword)
    let claims = try issuer.refreshClaims(
      issuer.refreshToken(for: refresh, at: Self.now),
      at: Self.now
    )
    #expect(claims.did == refresh.did && claims.id == "first")
    #expect(outcome(token()) == "session")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: JWTError.Code
    var change: @Sendable (inout JWTClaims) -> Void

    init(
      _ name: String,
      _ code: JWTError.Code,
      _ change: @escaping @Sendable (inout JWTClaims) -> Void
    ) {
      testDescription = name
      self.code = code
      self.change = change
    }
  }

  static let claims = [
    Case("an unknown scope", .missingClaim) { $0.scope = "com.atproto.admin" },
    Case("the scope of a refresh token", .missingClaim) { $0.scope = "com.atproto.refresh" },
    Case("two scopes", .missingClaim) { $0.scope = "com.atproto.access com.atproto.appPass" },
    Case("no scope", .missingClaim) { $0.scope = nil },
    Case("no session", .missingClaim) { $0.session = nil },
    Case("no subject", .missingClaim) { $0.subject = nil },
    Case("a subject that is not a DID", .missingClaim) { $0.subject = "admin" },
    Case("wrong audience", .wrongAudience) { $0.audience = "did:web:other.test" },
    Case("audience and fragment", .wrongAudience) { $0.audience = audience + "#atproto_pds" },
    Case("a token for one method", .wrongMethod) { $0.method = "com.atproto.repo.createRecord" },
    Case("expired", .expired) { $0.expiresAt = now - 6 },
    Case("no expiration", .missingClaim) { $0.expiresAt = nil },
    Case("issued in the future", .notYetValid) { $0.issuedAt = now + 60 },
    Case("not yet valid", .notYetValid) { $0.notBefore = now + 60 },
  ]

  @Test(arguments: claims) func invalidClaimsAreRejected(_ test: Case) {
    #expect(outcome(token(test.change)) == test.code.rawValue)
  }

  @Test(arguments: ["refresh+jwt", "JWT", "dpop+jwt", "at+jwt2"])
  func otherTokenTypeIsRejected(type: String) {
    #expect(outcome(token(type: type)) == "wrongType")
  }

  @Test func tokenOfAnotherKeyIsRejected() {
    #expect(
      outcome(JWT.sign(Self.good, type: "at+jwt", with: .shared(SymmetricKey()))) == "badSignature"
    )
  }

  /// The account's own key signs service tokens, which must not be accepted as sessions.
  @Test(arguments: [Curve.k256, .p256]) func tokenSignedWithAnAccountKeyIsRejected(curve: Curve) {
    let signed = JWT.sign(
      Self.good,
      type: "at+jwt",
      with: .private(PrivateKey(generating: curve))
    )
    #expect(outcome(signed) == "algorithmNotAllowed")
  }

  /// The header names another algorithm, and the signature covers the header.
  @Test(arguments: ["none", "None", "hs256", "HS512", "RS256", "ES256K", ""])
  func otherAlgorithmIsRejected(name: String) {
    let payload = token().split(separator: ".")[1]
    let header = Self.base64(Array(#"{"typ":"at+jwt","alg":"\#(name)"}"#.utf8))
    let text = "\(header).\(payload)"
    let tag = HMACSHA256.authenticate(Array(text.utf8), key: key.rawRepresentation).bytes
    for signature in ["", Self.base64(tag)] {
      let outcome = outcome("\(text).\(signature)")
      #expect(["malformed", "algorithmNotAllowed"].contains(outcome), "\(outcome)")
    }
  }

  @Test func alteredOrTruncatedTokenIsRejected() {
    let token = Array(token().utf8)
    for index in token.indices where token[index] != UInt8(ascii: ".") {
      var changed = token
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      // Two encodings of one signature would be two tokens.
      let result = outcome(String(decoding: changed, as: UTF8.self))
      #expect(result != "session", "byte \(index)")
    }
    for length in token.indices {
      #expect(outcome(String(decoding: token[..<length], as: UTF8.self)) != "session")
    }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
