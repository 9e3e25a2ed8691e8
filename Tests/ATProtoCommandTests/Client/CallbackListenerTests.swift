import ATProtoHTTP
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthClient
import Testing
import XRPCAsyncHTTPClient

@testable import atproto

/// The listener for the browser that comes back from a login.
@Suite struct CallbackListenerTests {
  private static let query = "state=s&iss=http%3A%2F%2Fpds.test&code=secret-code"

  private func request(
    _ target: String,
    _ listener: CallbackListener,
    method: HTTPRequest.Method = .get,
    authority: String? = nil
  ) -> Request {
    let host = String(listener.redirectURI.dropFirst("http://".count).prefix { $0 != "/" })
    return Request(
      head: HTTPRequest(
        method: method,
        scheme: "http",
        authority: authority ?? host,
        path: target
      ),
      body: RequestBody(buffer: ByteBuffer())
    )
  }

  @Test func browserGetsAPageThatRepeatsNothing() async throws {
    let (answer, callback) = try await CallbackListener.run { listener in
      listener.expect("s")
      let url = try #require(HTTPURL("\(listener.redirectURI)?\(Self.query)"))
      let answer = try await AsyncHTTPClientTransport.shared.send(
        url.request(),
        body: nil,
        options: TransportOptions()
      )
      return (answer, try await listener.callback(within: .seconds(60)))
    }
    #expect(callback?.state == "s")
    #expect(answer.head.status == .ok)
    let page = String(decoding: answer.body, as: UTF8.self)
    #expect(page.contains("Return to the terminal"))
    #expect(!page.contains("secret-code") && !page.contains("pds.test") && !page.contains("http"))
    let fields = answer.head.headerFields
    #expect(fields[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
    #expect(fields[.cacheControl] == "no-store")
    #expect(fields[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
    #expect(fields[.location] == nil && fields[.setCookie] == nil)
    #expect(fields[.server] == nil)
  }

  @Test func otherRequestsGet404AndChangeNothing() async throws {
    let callback = try await CallbackListener.run { listener in
      func answers(_ request: Request) -> HTTPResponse.Status {
        listener.respond(to: request).status
      }
      let path = "/callback?\(Self.query)"
      // Before the login has started.
      #expect(answers(request(path, listener)) == .notFound)
      listener.expect("s")
      for target in [
        "/", "/callback", "/callback?", "/favicon.ico", "/callback/?\(Self.query)",
        "/other?\(Self.query)", "/callback?state=other&code=c&iss=i", "/callback?code=c&iss=i",
        "/callback?state=s&state=s&code=c&iss=i",
      ] {
        #expect(answers(request(target, listener)) == .notFound, "\(target)")
      }
      for method in [HTTPRequest.Method.post, .head, .options] {
        #expect(answers(request(path, listener, method: method)) == .notFound)
      }
      // A name that resolves to this machine, and another port of it.
      for authority in ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1"] {
        #expect(answers(request(path, listener, authority: authority)) == .notFound)
      }
      #expect(answers(request(path, listener)) == .ok)
      #expect(answers(request(path, listener)) == .notFound)
      #expect(!listener.deliver("http://127.0.0.1\(path)"))
      return true
    }
    #expect(callback)
  }

  @Test func pastedURLIsTakenOnce() async throws {
    let callback = try await CallbackListener.run { listener in
      listener.expect("s")
      #expect(!listener.deliver("hello") && !listener.deliver("http://127.0.0.1/callback?state=t"))
      #expect(listener.deliver("http://127.0.0.1/callback?\(Self.query)"))
      #expect(!listener.deliver("http://127.0.0.1/callback?\(Self.query)"))
      return try await listener.callback(within: .seconds(60))
    }
    #expect(callback?.state == "s")
  }

  @Test func missingCallbackTimesOut() async throws {
    let callback = try await CallbackListener.run { listener in
      listener.expect("s")
      return try await listener.callback(within: .milliseconds(20))
    }
    #expect(callback == nil)
  }

  @Test func failureEndsTheListener() async throws {
    struct Failure: Error {}
    await #expect(throws: Failure.self) {
      try await CallbackListener.run { _ in throw Failure() }
    }
  }
}
