import ATProtoHTTP
import HTTPTypes

/// Follows the redirects of `GET` requests: relays redirect `getRepo` to the PDS.
///
/// The server that is called first is configured; those that it redirects to are not, so they are
/// called with a transport that checks addresses.
struct RedirectingTransport: HTTPTransport {
  private static let maximumRedirects = 5
  private static let redirections: Set<Int> = [301, 302, 303, 307, 308]

  let first: any HTTPTransport
  let others: any HTTPTransport
  /// Whether redirects may lead to plain HTTP, for development.
  let allowsPlainHTTP: Bool

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await exchange(request, body: body.map { .bytes($0) }, options: options)
  }

  func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    var response = try await first.stream(request, body: body, options: options)
    guard request.method == .get else { return response }
    var request = request
    for _ in 0..<Self.maximumRedirects {
      guard let next = redirected(request, response.head) else { return response }
      request = next
      response = try await others.stream(request, body: nil, options: options)
    }
    return response
  }

  /// The request to send next; nil if the response is not a redirect that may be followed.
  private func redirected(_ request: HTTPRequest, _ head: HTTPResponse) -> HTTPRequest? {
    guard Self.redirections.contains(head.status.code),
      let location = head.headerFields[.location],
      let scheme = request.scheme, let authority = request.authority,
      let url = HTTPURL("\(scheme)://\(authority)\(request.path ?? "/")")?.resolving(location),
      // A request over TLS must not continue without it.
      url.scheme == "https" || scheme == "http" && allowsPlainHTTP
    else { return nil }
    var next = request
    next.scheme = url.scheme
    next.authority = url.authority
    next.path = url.target
    return next
  }
}
