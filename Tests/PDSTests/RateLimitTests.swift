import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC
import XRPCAsyncHTTPClient

@testable import PDS

/// Over a socket, because clients are distinguished and header fields are written there.
@Suite struct RateLimitTests {
  /// One call over HTTP.
  private func call(
    _ url: String,
    _ call: String,
    _ body: DataValue? = nil,
    token: String? = nil,
    fields: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = fields
    if body != nil { fields[.contentType] = "application/json" }
    if let token { fields[.authorization] = "Bearer \(token)" }
    return try await AsyncHTTPClientTransport.shared.send(
      try #require(HTTPURL(url + "/xrpc/" + call)).request(body == nil ? .get : .post, fields),
      body: body?.jsonBytes(),
      options: TransportOptions()
    )
  }

  private func logIn(_ name: String, _ password: String = "wrong") -> DataValue {
    ["identifier": .string(name), "password": .string(password)]
  }

  private static let server = "com.atproto.server."
  private static let repo = "com.atproto.repo."

  @Test func logInAttemptsAreLimited() async throws {
    let server = try TestServer {
      $0.hasRateLimits = true
      $0.rateLimitBypassKey = "let me in"
    }
    _ = try await server.signUp()
    try await server.overSocket { url in
      let method = Self.server + "createSession"
      for count in 1...30 {
        // The case of the identifier does not matter.
        let name = count % 2 == 0 ? "alice.test" : "ALICE.test"
        let answer = try await call(url, method, logIn(name))
        #expect(answer.refusal == "401 AuthenticationRequired")
        let fields = answer.head.headerFields
        #expect(fields[HTTPField.Name("RateLimit-Remaining")!] == "\(30 - count)")
        #expect(fields[HTTPField.Name("RateLimit-Policy")!] == "30;w=300")
      }
      let right = logIn("alice.test", SessionTests.password)
      let refused = try await call(url, method, right)
      #expect(refused.refusal == "429 RateLimitExceeded")
      #expect(Int(refused.head.headerFields[.retryAfter] ?? "") ?? 0 > 200)
      // Other clients can log in, and so can clients with the bypass key.
      #expect(try await call(url, method, logIn("bob.test")).refusal?.hasPrefix("401") == true)
      let free: HTTPFields = [HTTPField.Name("X-RateLimit-Bypass")!: "let me in"]
      let passed = try await call(url, method, right, fields: free)
      #expect(passed.head.status == .ok)
      let wrong: HTTPFields = [HTTPField.Name("X-RateLimit-Bypass")!: "let me"]
      #expect(try await call(url, method, right, fields: wrong).head.status == .tooManyRequests)
    }
  }

  /// Methods that one client could exhaust for all others.
  @Test(arguments: [("createSession", 300), ("reserveSigningKey", 100)])
  func methodIsLimitedPerClient(_ name: String, _ count: Int) async throws {
    let server = try TestServer {
      $0.hasRateLimits = true
      $0.trustedProxies = 1
    }
    try await server.overSocket { url in
      func attempt(_ index: Int, from address: String) async throws -> Bool {
        let body =
          name == "createSession"
          ? logIn("nobody\(index).test") : ["did": .string("did:web:a\(index).test")]
        let fields: HTTPFields = [HTTPField.Name("X-Forwarded-For")!: address]
        let answer = try await call(url, Self.server + name, body, fields: fields)
        return answer.head.status != .tooManyRequests
      }
      for index in 1...count {
        let isAnswered = try await attempt(index, from: "203.0.113.9")
        #expect(isAnswered)
      }
      let isOver = try await !attempt(0, from: "203.0.113.9")
      let isOpenToOthers = try await attempt(0, from: "203.0.113.10")
      #expect(isOver && isOpenToOthers)
    }
  }

  @Test func lookupsOfLexiconsAreLimited() async throws {
    let server = try TestServer { $0.hasRateLimits = true }
    try await server.overSocket { url in
      let answer = try await call(url, "com.atproto.lexicon.resolveLexicon?nsid=com.example.a")
      #expect(answer.refusal == "400 LexiconNotFound")
      #expect(answer.head.headerFields[HTTPField.Name("RateLimit-Policy")!] == "1000;w=300")
    }
  }

  @Test func writesAreLimitedByPoints() async throws {
    let server = try TestServer { $0.hasRateLimits = true }
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    try await server.overSocket { url in
      func write(
        _ method: String,
        _ more: [String: DataValue],
        as account: TestAccount? = nil
      ) async throws -> HTTPTransportResponse {
        let account = account ?? alice
        var input: DataObject = ["repo": .string(account.did.string)]
        for (key, value) in more { input[key] = value }
        let token = account.output.accessJwt
        return try await call(url, Self.repo + method, .object(input), token: token)
      }
      func remaining(_ answer: HTTPTransportResponse) -> Int? {
        answer.head.headerFields[HTTPField.Name("RateLimit-Remaining")!].flatMap { Int($0) }
      }
      func writes(_ kind: String, _ count: Int) -> DataValue {
        .array(
          (0..<count).map { index in
            [
              "$type": .string("com.atproto.repo.applyWrites#\(kind)"),
              "collection": "com.example.note", "rkey": .string("r\(index)"), "value": .post("x"),
            ]
          }
        )
      }
      // Failed writes count, too, such as those with an outdated swapCommit.
      let wrong: DataValue = "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
      for count in 1...8 {
        let answer = try await write(
          "applyWrites",
          ["writes": writes("create", 200), "swapCommit": wrong]
        )
        #expect(answer.refusal == "400 InvalidSwap")
        if count == 8 { #expect(remaining(answer) == 200) }
      }
      let path: [String: DataValue] = ["collection": "com.example.note", "rkey": "a"]
      let record = path.merging(["record": .post("x")]) { $1 }
      #expect(remaining(try await write("createRecord", record)) == 197)
      #expect(remaining(try await write("putRecord", record)) == 195)
      #expect(remaining(try await write("deleteRecord", path)) == 194)
      #expect(remaining(try await write("applyWrites", ["writes": writes("update", 1)])) == 192)
      let refused = try await write("applyWrites", ["writes": writes("delete", 193)])
      #expect(refused.refusal == "429 RateLimitExceeded")
      #expect(refused.head.headerFields[HTTPField.Name("RateLimit-Policy")!] == "5000;w=3600")
      #expect(try await write("createRecord", record, as: bob).head.status == .ok)
    }
  }

  @Test(
    arguments: [
      (server + "createAccount", 100, 300), (server + "resetPassword", 50, 300),
      (server + "requestPasswordReset", 15, 3_600), (server + "deleteAccount", 50, 300),
    ]
  )
  func callsAreCountedByNetwork(_ method: String, _ points: Int, _ seconds: Int) async throws {
    try await TestServer { $0.hasRateLimits = true }.overSocket { url in
      for _ in 0..<points {
        let answer = try await call(url, method, [:])
        #expect(answer.head.status != .tooManyRequests)
      }
      let refused = try await call(url, method, [:])
      #expect(refused.refusal == "429 RateLimitExceeded")
      let policy = refused.head.headerFields[HTTPField.Name("RateLimit-Policy")!]
      #expect(policy == "\(points);w=\(seconds)")
    }
  }

  /// `updateEmail` reveals whether an email is in use.
  @Test func emailChangesAreLimited() async throws {
    let server = try TestServer { $0.hasRateLimits = true }
    let alice = try await server.signUp()
    let bob = try await server.signUp("bob")
    try await server.overSocket { url in
      func update(_ email: String, as account: TestAccount) async throws -> String? {
        let token = account.output.accessJwt
        let body: DataValue = ["email": .string(email)]
        return try await call(url, Self.server + "updateEmail", body, token: token).refusal
      }
      for _ in 1...10 {
        let taken = try await update("bob@mail.test", as: alice)
        #expect(taken == "400 InvalidRequest")
      }
      let free = try await update("carla@mail.test", as: alice)
      #expect(free == "429 RateLimitExceeded")
      let other = try await update("carla@mail.test", as: bob)
      #expect(other == nil)
    }
  }

  @Test func exportsHaveTheirOwnLimit() async throws {
    let server = try TestServer {
      $0.hasRateLimits = true
      $0.trustedProxies = 1
      $0.rateLimitBypassNetworks = [IPNetwork("192.0.2.9")!]
    }
    try await server.overSocket { url in
      for (method, address, policy) in [
        ("com.atproto.sync.getRepo?did=did:web:a.example.com", "192.0.2.1", "6000;w=300"),
        ("com.atproto.sync.listRepos", "192.0.2.1", "3000;w=300"),
        ("com.example.not.served", "192.0.2.1", "3000;w=300"),
        ("com.atproto.sync.listRepos", "192.0.2.9", nil),
      ] as [(String, String, String?)] {
        let answer = try await call(
          url,
          method,
          fields: [HTTPField.Name("X-Forwarded-For")!: address]
        )
        #expect(answer.head.headerFields[HTTPField.Name("RateLimit-Policy")!] == policy)
      }
    }
  }

  @Test func nothingIsLimitedIfRateLimitsAreDisabled() async throws {
    try await TestServer().overSocket { url in
      for _ in 0..<40 {
        let answer = try await call(url, Self.server + "createSession", logIn("alice.test"))
        #expect(answer.refusal == "401 AuthenticationRequired")
        #expect(answer.head.headerFields[HTTPField.Name("RateLimit-Limit")!] == nil)
      }
    }
  }

  @Test func healthReflectsTheDatabase() async throws {
    let server = try TestServer { $0.version = "1.2.3" }
    try await server.overSocket { url in
      let well = try await call(url, "_health")
      #expect(well.head.status == .ok)
      #expect(try DataValue(json: well.body) == ["status": "ok", "version": "1.2.3"])
      try server.server.close()
      let ill = try await call(url, "_health")
      #expect(ill.head.status == .serviceUnavailable)
      #expect(try DataValue(json: ill.body)["version"] == "1.2.3")
    }
  }
}
