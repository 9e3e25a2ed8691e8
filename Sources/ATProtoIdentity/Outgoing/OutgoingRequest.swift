import ATProtoHTTP
import HTTPTypes

/// A lookup over HTTP within its limits. The transport decides at every step which hosts may be called;
/// see `IPAddressPolicy`.
struct OutgoingRequest: Sendable {
  let transport: any HTTPTransport
  let limits: OutgoingLimits

  /// Sends a request and follows the redirects of a `GET`.
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
        throw IdentityError(
          .badRedirect,
          "\(url.origin) redirects too often, or for a request that must not be redirected"
        )
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
      throw IdentityError(.badRedirect, "\(url.origin) redirects to an invalid URL")
    }
    // A request over TLS must not continue without it.
    guard url.scheme == "http" || next.scheme == "https" else {
      throw IdentityError(.badRedirect, "\(url.origin) redirects to plain HTTP")
    }
    return next
  }
}

/// The limits of one lookup over HTTP.
public struct OutgoingLimits: Hashable, Sendable {
  /// The longest duration, including redirects.
  public var timeout: Duration
  /// The largest response, in bytes.
  public var maximumBytes: Int
  /// The most redirects to follow.
  public var maximumRedirects: Int

  /// Creates limits.
  public init(
    timeout: Duration = .seconds(5),
    maximumBytes: Int = 128 << 10,
    maximumRedirects: Int = 0
  ) {
    self.timeout = timeout
    self.maximumBytes = maximumBytes
    self.maximumRedirects = maximumRedirects
  }

  /// For a DID document, without redirects, as in the reference implementation.
  public static let document = OutgoingLimits()
  /// For `/.well-known/atproto-did`: "HTTP redirects are allowed, up to a reasonable number".
  public static let wellKnown = OutgoingLimits(maximumBytes: 4096, maximumRedirects: 5)
  /// For the log of a `did:plc` identity.
  public static let log = OutgoingLimits(timeout: .seconds(20), maximumBytes: 4 << 20)
}
