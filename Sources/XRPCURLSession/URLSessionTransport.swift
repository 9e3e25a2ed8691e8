public import ATProtoHTTP
public import HTTPTypes

#if canImport(FoundationNetworking)
import Foundation
public import FoundationNetworking
#else
public import Foundation
#endif

/// Carries requests through a `URLSession` of its own: for apps that want no other HTTP client.
///
/// What Foundation cannot do the same way on every platform is bounded, or said:
/// - A body to be sent is collected first, up to ``maximumRequestBytes``.
/// - A session reads on by itself. What comes of a response before it is asked for is held, up to
///   `TransportOptions.maximumResponseBytes`; the exchange ends beyond.
/// - It opens no WebSockets: that is a `TransportError` with the code `unsupported`.
/// - FoundationNetworking, on Linux that is, ends the process where a server ends the connection in
///   the head of a response. Where servers are not to be trusted, take another transport there.
public struct URLSessionTransport: HTTPTransport {
  /// A transport over one session for the whole process.
  public static let shared = URLSessionTransport()

  /// Keeps nothing between requests: no cookies, no cache, no credentials.
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

  /// In seconds: exchanges end by the limits of each call, not by those of a session.
  static let unlimited: TimeInterval = 86_400

  public let maximumRequestBytes: Int
  private let session: ExchangeSession

  public init(
    configuration: URLSessionConfiguration = Self.configuration,
    maximumRequestBytes: Int = 64 << 20
  ) {
    self.maximumRequestBytes = maximumRequestBytes
    session = ExchangeSession(configuration)
  }

  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    try await exchange(request, body: body.map { .bytes($0) }, options: options)
  }

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
    // Where Foundation undoes an encoding, the length is not that of what comes.
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
      let reason = "a URLSession sends no body of more than \(maximumRequestBytes) bytes"
      throw TransportError(code: .unsupported, reason: reason)
    } catch {
      throw TransportError(ofRequestBody: error)
    }
  }
}
