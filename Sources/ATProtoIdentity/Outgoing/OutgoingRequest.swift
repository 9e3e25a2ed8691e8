import ATProtoHTTP
import HTTPTypes

/// One look-up over HTTP, within its limits. Where it may go is for the transport to decide, at
/// every step: see `IPAddressPolicy`.
struct OutgoingRequest: Sendable {
  let transport: any HTTPTransport
  let limits: OutgoingLimits

  /// Sends the request, and follows redirections of a `GET`.
  func send(
    _ url: HTTPURL,
    accept: String,
    method: HTTPRequest.Method = .get,
    body: [UInt8]? = nil
  ) async throws(IdentityError) -> HTTPTransportResponse {
    let deadline = ContinuousClock.now + limits.timeout
    var fields: HTTPFields = [.accept: accept, .userAgent: "lexgen-atproto"]
    if body != nil { fields[.contentType] = "application/json" }
    var url = url
    var redirects = 0
    while true {
      let response: HTTPTransportResponse
      do throws(TransportError) {
        response = try await transport.send(
          url.request(method, fields),
          body: body,
          options: TransportOptions(
            timeout: max(deadline - .now, .zero),
            maximumResponseBytes: limits.maximumBytes
          )
        )
      } catch {
        throw IdentityError(error, url)
      }
      guard Self.redirections.contains(response.head.status.code) else { return response }
      guard method == .get, redirects < limits.maximumRedirects else {
        throw IdentityError(.badRedirect, "\(url.origin) redirects, too often or where it may not")
      }
      redirects += 1
      url = try next(url, response.head)
    }
  }

  private static let redirections: Set<Int> = [301, 302, 303, 307, 308]

  private func next(
    _ url: HTTPURL,
    _ head: HTTPResponse
  ) throws(IdentityError) -> HTTPURL {
    guard let next = head.headerFields[.location].flatMap(url.resolving) else {
      throw IdentityError(.badRedirect, "\(url.origin) redirects to no place that can be called")
    }
    // What was asked over TLS is not answered without.
    guard url.scheme == "http" || next.scheme == "https" else {
      throw IdentityError(.badRedirect, "\(url.origin) redirects to plain HTTP")
    }
    return next
  }
}
