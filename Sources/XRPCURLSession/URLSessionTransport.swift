public import ATProtoHTTP
public import HTTPTypes

#if canImport(FoundationNetworking)
import Foundation
public import FoundationNetworking
#else
public import Foundation
#endif

/// Sends requests with its own `URLSession`, for apps that do not use another HTTP client.
///
/// Foundation has limits that differ between platforms:
/// - A request body is collected before it is sent, up to ``maximumRequestBytes``.
/// - A session does not wait for the reader. The part of a response that arrives early is kept in
///   memory, up to `maximumResponseBytes`, beyond which the exchange ends.
/// - WebSockets are not supported: opening one throws `TransportError` with the code `unsupported`.
/// - On Linux, FoundationNetworking terminates the process if a server closes the connection within
///   the head of a response. Use another transport there for servers that are not trusted.
public struct URLSessionTransport: HTTPTransport {
  /// A transport whose session is shared by the whole process.
  public static let shared = URLSessionTransport()

  /// A configuration without cookies, cache, or stored credentials.
  public static var configuration: URLSessionConfiguration {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.timeoutIntervalForRequest = unlimited
    configuration.timeoutIntervalForResource = unlimited
    return configuration
  }

  /// A timeout in seconds for the session, long enough that only the limits of each call apply.
  static let unlimited: TimeInterval = 86_400

  /// The longest request body, in bytes.
  public let maximumRequestBytes: Int
  private let session: ExchangeSession

  /// Creates a transport.
  ///
  /// - Parameter maximumRequestBytes: the longest request body, which is held in memory.
  public init(
    configuration: URLSessionConfiguration = Self.configuration,
    maximumRequestBytes: Int = 64 << 20
  ) {
    self.maximumRequestBytes = maximumRequestBytes
    session = ExchangeSession(configuration)
  }

  /// Sends a request with the session and collects the response.
  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await exchange(request, body: body.map { .bytes($0) }, options: options)
  }

  /// Sends a request with the session and returns as soon as the head of the response has arrived.
  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    let bytes = try await collect(body)
    let exchange = session.begin(try URLRequest(request, body: bytes), options)
    let answer = await withTimeout(options.timeout) { await exchange.head() }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(code: .timedOut, reason: "no response within \(options.timeout)")
    }
    let head = try answer.get()
    // If Foundation decodes the body, its length differs from Content-Length.
    let length =
      request.method == .head || head.headerFields[.contentEncoding] != nil
      ? nil : head.headerFields[.contentLength].flatMap { Int($0) }
    let stream = ByteStream(ofResponse: length, options) { { try await exchange.next().get() } }
    return HTTPTransportStream(head: head, body: stream)
  }

  private func collect(_ body: BodyContent?) async throws(TransportError) -> [UInt8]? {
    do {
      return try await body?.collect(upTo: maximumRequestBytes)
    } catch let error as ByteStreamError where error.code == .tooLong {
      let reason = "cannot send the request body: it is longer than \(maximumRequestBytes) bytes"
      throw TransportError(code: .unsupported, reason: reason)
    } catch {
      throw TransportError(ofRequestBody: error)
    }
  }
}
