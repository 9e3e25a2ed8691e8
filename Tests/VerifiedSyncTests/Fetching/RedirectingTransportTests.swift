import ATProtoHTTP
import HTTPTypes
import Testing
import XRPCAsyncHTTPClient

@testable import VerifiedSync

@Suite struct RedirectingTransportTests {
  private static func redirect(to location: String) -> InMemoryTransport {
    InMemoryTransport { _, _ in
      HTTPTransportStream(
        head: HTTPResponse(status: .found, headerFields: [.location: location]),
        body: BodyContent.bytes([]).stream
      )
    }
  }

  /// Answers with the URL of the request.
  private static let echo = InMemoryTransport { request, _ in
    let url = "\(request.scheme ?? "")://\(request.authority ?? "")\(request.path ?? "")"
    return HTTPTransportStream(
      head: HTTPResponse(status: .ok),
      body: BodyContent.bytes(Array(url.utf8)).stream
    )
  }

  private static func get(_ scheme: String, _ transport: RedirectingTransport) async throws -> (
    status: Int, body: String
  ) {
    let request = HTTPRequest(
      method: .get,
      scheme: scheme,
      authority: "relay.example.com",
      path: "/xrpc/com.atproto.sync.getRepo?did=did:plc:x"
    )
    let response = try await transport.send(request, body: nil, options: TransportOptions())
    return (response.head.status.code, String(decoding: response.body, as: UTF8.self))
  }

  /// The second transport checks addresses.
  @Test func redirectIsFollowedWithTheOtherTransport() async throws {
    let location = "https://pds.example.com/xrpc/com.atproto.sync.getRepo?did=did:plc:x"
    let transport = RedirectingTransport(
      first: Self.redirect(to: location),
      others: Self.echo,
      allowsPlainHTTP: false
    )
    let answer = try await Self.get("https", transport)
    #expect(answer.status == 200 && answer.body == location)
  }

  @Test func redirectToAPrivateAddressIsRefused() async throws {
    for location in ["http://127.0.0.1:1/", "http://169.254.169.254/"] {
      let transport = RedirectingTransport(
        first: Self.redirect(to: location),
        others: GuardedTransport(policy: .publicOnly),
        allowsPlainHTTP: true
      )
      do {
        _ = try await Self.get("http", transport)
        Issue.record("\(location) was called")
      } catch let error as TransportError {
        #expect(error.code == .refusedAddress)
      }
    }
  }

  @Test(arguments: [("https", true), ("https", false), ("http", false)])
  func redirectToPlainHTTPIsNotFollowed(_ scheme: String, _ isAllowed: Bool) async throws {
    let transport = RedirectingTransport(
      first: Self.redirect(to: "http://pds.example.com/"),
      others: Self.echo,
      allowsPlainHTTP: isAllowed
    )
    #expect(try await Self.get(scheme, transport).status == 302)
  }

  @Test func redirectsEnd() async throws {
    let endless = Self.redirect(to: "https://pds.example.com/again")
    let transport = RedirectingTransport(
      first: endless,
      others: endless,
      allowsPlainHTTP: false
    )
    #expect(try await Self.get("https", transport).status == 302)
  }
}
