import Foundation
import HTTPTypes
import Testing
import XRPC
import XRPCServer

@Suite struct AuthenticationTests {
  static let sessions = SessionBearer<String>(realm: "sample") { token, _ in
    switch token {
    case "good": "alice"
    case "old": throw XRPCServerError.expiredToken
    case "gone": throw XRPCServerError(status: .unauthorized, name: "AccountTakedown")
    default: throw XRPCServerError.invalidToken()
    }
  }
  static let admin = AdminBasic(token: "secret-token")

  struct Refusal: Equatable {
    var status: Int
    var name: String
    var challenge: String?
  }

  private func outcome<Method: Authentication>(
    _ authorization: String?,
    _ method: Method
  ) async throws -> Result<Method.Caller, XRPCServerError> {
    var headers = HTTPFields()
    headers[.authorization] = authorization
    let context = XRPCContext(nsid: "com.example.ping", headers: headers)
    do {
      return .success(try await context.authenticated(by: method))
    } catch let error as XRPCServerError {
      return .failure(error)
    }
  }

  private func refusal<Value>(_ outcome: Result<Value, XRPCServerError>) -> Refusal? {
    guard case .failure(let error) = outcome else { return nil }
    return Refusal(
      status: error.status.code,
      name: error.name,
      challenge: error.headers[.wwwAuthenticate]
    )
  }

  @Test(
    arguments: [
      ("Bearer good", nil),
      ("bearer  good", nil),
      (nil, Refusal(status: 401, name: "AuthMissing", challenge: "Bearer realm=\"sample\"")),
      ("Bearer old", Refusal(status: 400, name: "ExpiredToken")),
      ("Bearer bad", Refusal(status: 400, name: "InvalidToken")),
      (
        "Bearer gone",
        Refusal(
          status: 401,
          name: "AccountTakedown",
          challenge: "Bearer realm=\"sample\", error=\"invalid_token\""
        )
      ),
      (
        "Basic YWRtaW46c2VjcmV0LXRva2Vu",
        Refusal(
          status: 401,
          name: "AuthenticationRequired",
          challenge: "Bearer realm=\"sample\""
        )
      ),
      (
        "nonsense",
        Refusal(
          status: 401,
          name: "AuthenticationRequired",
          challenge: "Bearer realm=\"sample\""
        )
      ),
    ] as [(String?, Refusal?)]
  )
  func sessionTokensAreVerified(_ authorization: String?, _ expected: Refusal?) async throws {
    let outcome = try await outcome(authorization, Self.sessions)
    #expect(refusal(outcome) == expected)
    if expected == nil { #expect(try outcome.get() == "alice") }
  }

  @Test(arguments: [("old", true), ("new", true), ("older", false), ("", false)])
  func eachOfSeveralTokensIsAccepted(_ password: String, _ isGood: Bool) async throws {
    let credentials = Data("admin:\(password)".utf8).base64EncodedString()
    let outcome = try await outcome("Basic \(credentials)", AdminBasic(tokens: ["old", "new"]))
    #expect((try? outcome.get()) == (isGood ? AdminBasic.Administrator() : nil))
  }

  /// The first is the example of the XRPC specification, "Admin Token".
  @Test(
    arguments: [
      ("Basic YWRtaW46c2VjcmV0LXRva2Vu", true),
      ("basic YWRtaW46c2VjcmV0LXRva2Vu", true),
      ("Basic YWRtaW46c2VjcmV0LXRva2VuMQ==", false),
      ("Basic YWRtaW46", false),
      ("Basic cm9vdDpzZWNyZXQtdG9rZW4=", false),
      ("Bearer secret-token", false),
      (nil, false),
    ] as [(String?, Bool)]
  )
  func administratorCredentialsAreVerified(_ authorization: String?, _ isGood: Bool) async throws {
    let outcome = try await outcome(authorization, Self.admin)
    #expect((try? outcome.get()) == (isGood ? AdminBasic.Administrator() : nil))
    if !isGood {
      #expect(refusal(outcome)?.status == 401)
      #expect(refusal(outcome)?.challenge == "Basic realm=\"admin\", charset=\"UTF-8\"")
    }
  }

  @Test func eitherMethodAcceptsItsCredentials() async throws {
    typealias Caller = EitherAuthentication<SessionBearer<String>, AdminBasic>.Caller
    let either = Self.sessions.or(Self.admin)
    let session = try await outcome("Bearer good", either)
    #expect(try session.get() == Caller.first("alice"))
    let admin = try await outcome("Basic YWRtaW46c2VjcmV0LXRva2Vu", either)
    #expect(try admin.get() == Caller.second(.init()))
    let missing = refusal(try await outcome(nil, either))
    #expect(
      missing?.challenge
        == "Bearer realm=\"sample\", Basic realm=\"admin\", charset=\"UTF-8\""
    )
  }

  @Test func optionalAuthenticationRefusesInvalidCredentials() async throws {
    let anonymous = XRPCContext(nsid: "com.example.ping")
    #expect(try await anonymous.authenticatedIfPresent(by: Self.sessions) == nil)
    let known = XRPCContext(nsid: "com.example.ping", headers: [.authorization: "Bearer good"])
    #expect(try await known.authenticatedIfPresent(by: Self.sessions) == "alice")
    let wrong = XRPCContext(nsid: "com.example.ping", headers: [.authorization: "Bearer bad"])
    await #expect(throws: XRPCServerError.invalidToken()) {
      try await wrong.authenticatedIfPresent(by: Self.sessions)
    }
  }
}
