import ATProtoData
import HTTPTypes
import MockServer
import TestSupport
import Testing

/// docs/mock.md, "Refusals".
@Suite struct RefusalTests {
  @Test(
    "invalid parameters are refused with their place",
    arguments: [
      ("", "name"), ("?name=far%20too%20long", "name"), ("?name=a&size=x", "size"),
      ("?name=a&size=10", "size"), ("?name=a&deep=1", "deep"), ("?name=a&name=b", "name"),
      ("?name=a&actor=nobody", "actor"), ("?name=a&tags=1&tags=2&tags=3&tags=4", "tags"),
    ]
  )
  func parameters(_ query: String, _ place: String) async throws {
    try await MockFixture.serve { server in
      let answer = try await server.get("com.example.getThing\(query)")
      #expect(answer.status == 400 && answer.error == "InvalidRequest")
      #expect(answer.message.contains(place), "\(answer.message)")
    }
  }

  @Test("invalid input, wrong types, and wrong methods are refused as by a real server")
  func calls() async throws {
    try await MockFixture.serve { server in
      let invalid = try await server.post("com.example.makeThing", ["name": "far too long"])
      #expect(invalid.status == 400 && invalid.message.contains("name"))
      #expect(try await server.post("com.example.makeThing").status == 400)
      let json = "application/json"
      for body in ["", "{", "[]", #"{"name":1.5}"#] {
        let answer = try await server.send(
          .post,
          "/xrpc/com.example.makeThing",
          [.contentType: json],
          Array(body.utf8)
        )
        #expect(answer.status == 400 && answer.error == "InvalidRequest", "\(body)")
      }
      let text = try await server.post("com.example.makeThing", "x", [.contentType: "text/plain"])
      #expect(text.status == 415)
      let get = try await server.get("com.example.makeThing")
      #expect(get.status == 405 && get.fields[.allow] == "POST" && get.error == "InvalidRequest")
      let post = try await server.post("com.example.getThing?name=a")
      #expect(post.status == 405 && post.fields[.allow]?.contains("GET") == true)
      for unknown in ["com.example.absent", "not-an-nsid", "com.example.note"] {
        let answer = try await server.get(unknown)
        #expect(answer.status == 501 && answer.error == "MethodNotImplemented")
      }
      #expect(try await server.get("com.example.subscribe").status == 426)
      // Refused by its length: the body is not sent.
      let port = try #require(Int(server.address.split(separator: ":").last ?? ""))
      let connection = try RawConnection(port: port)
      try await connection.send(
        """
        POST /xrpc/com.atproto.repo.uploadBlob HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: image/png\r\nContent-Length: \(10 << 20 + 1)\r\n\r\n
        """
      )
      let large = try #require(try await connection.response())
      #expect(large.status == 413)
      #expect(try DataValue(json: large.body)["error"] == "PayloadTooLarge")
    }
  }

  @Test(
    "errors are sent on demand",
    arguments: [
      ("NoSuchThing", 400), ("AuthenticationRequired", 401), ("InvalidToken", 401),
      ("ExpiredToken", 400), ("Forbidden", 403), ("RateLimitExceeded", 429),
      ("InternalServerError", 500), ("UpstreamFailure", 502), ("NotEnoughResources", 503),
    ]
  )
  func errors(_ name: String, _ status: Int) async throws {
    try await MockFixture.serve { server in
      let field = try #require(HTTPField.Name("x-mock-error"))
      let answer = try await server.get("com.example.getThing?name=a", [field: name])
      #expect(answer.status == status && answer.error == name)
      let same = try await server.get("com.example.getThing?name=a&x-mock-error=\(name)")
      #expect(same.status == status && same.error == name)
      if name == "RateLimitExceeded" {
        #expect(answer.fields[.retryAfter] != nil)
        let remaining = try #require(HTTPField.Name("RateLimit-Remaining"))
        #expect(answer.fields[remaining] == "0")
      }
      if name == "NoSuchThing" { #expect(answer.message == "There is no such thing.") }
    }
  }

  @Test("an unknown error is refused with a list of the declared ones; !drop closes the connection")
  func otherErrors() async throws {
    try await MockFixture.serve { server in
      let unknown = try await server.get("com.example.getThing?name=a&x-mock-error=Nope")
      #expect(unknown.status == 400 && unknown.error == "InvalidRequest")
      #expect(unknown.message.contains("NoSuchThing"))
      await #expect(throws: (any Error).self) {
        try await server.get("com.example.getThing?name=a&x-mock-error=!drop")
      }
    }
  }

  @Test("with --require-auth, calls need a token that createSession gives to any password")
  func authentication() async throws {
    try await MockFixture.serve {
      $0.requiresAuthentication = true
    } during: { server in
      let refused = try await server.get("com.example.getThing?name=a")
      #expect(refused.status == 401 && refused.error == "AuthenticationRequired")
      #expect(try await server.get("_health").value["version"]?.string != nil)
      #expect(try await server.get("com.atproto.server.describeServer").status == 200)
      let method = "com.atproto.server.createSession"
      let wrong = try await server.post(method, ["identifier": "a.test", "password": ""])
      #expect(wrong.status == 401)
      let session = try await server.post(method, ["identifier": "a.test", "password": "x"]).value
      let token = try #require(session["accessJwt"]?.string)
      let fields: HTTPFields = [.authorization: "Bearer \(token)"]
      #expect(try await server.get("com.example.getThing?name=a", fields).status == 200)
      let own = try await server.get("com.atproto.server.getSession", fields).value
      #expect(own["did"] == session["did"] && own["handle"]?.string == "a.test")
      let refresh = try #require(session["refreshJwt"]?.string)
      let next = try await server.post(
        "com.atproto.server.refreshSession",
        nil,
        [.authorization: "Bearer \(refresh)"]
      )
      #expect(next.status == 200 && next.value["did"] == session["did"])
    }
  }

  @Test("every answer allows other origins, and a preflight allows what is asked for")
  func crossOrigin() async throws {
    try await MockFixture.serve { server in
      for call in ["com.example.getThing?name=a", "com.example.absent", "com.example.getThing"] {
        let answer = try await server.get(call)
        #expect(answer.fields[.accessControlAllowOrigin] == "*")
        #expect(answer.fields[.accessControlExposeHeaders]?.contains("Retry-After") == true)
      }
      let preflight = try await server.send(
        .options,
        "/xrpc/com.example.getThing",
        [
          .origin: "https://app.test", .accessControlRequestMethod: "GET",
          .accessControlRequestHeaders: "authorization,x-mock-error",
        ]
      )
      #expect(preflight.status == 204)
      #expect(
        preflight.fields[.accessControlAllowHeaders] == "authorization,x-mock-error"
      )
    }
  }

  @Test("calls are recorded until they are reset")
  func recordedCalls() async throws {
    try await MockFixture.serve { server in
      _ = try await server.get("com.example.getThing?name=a", [.authorization: "Bearer t"])
      _ = try await server.post("com.example.makeThing", ["name": "x"])
      _ = try await server.get("com.example.absent")
      let calls = try #require(try await server.send(.get, "/_mock/calls").value.array)
      #expect(calls.map { $0["status"]?.integer } == [200, 200, 501])
      #expect(calls.first?["params"]?["name"]?.string == "a")
      #expect(calls.first?["authorization"]?.string == "Bearer t")
      #expect(calls.dropFirst().first?["input"]?["name"]?.string == "x")
      #expect(try await server.send(.post, "/_mock/reset").status == 200)
      #expect(try await server.send(.get, "/_mock/calls").value == .array([]))
    }
  }
}
