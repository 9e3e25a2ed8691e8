public import ATProtoHTTP
public import AsyncHTTPClient
public import HTTPTypes
import NIOCore
import NIOHTTP1
public import NIOSSL

/// Sends requests with an `HTTPClient`.
///
/// Configure the client like ``configuration``: `HTTPClient.shared` follows redirects and would send
/// access tokens to their target.
public struct AsyncHTTPClientTransport: FrameBatchTransport {
  /// A transport whose client is shared by the whole process.
  public static let shared = AsyncHTTPClientTransport(
    client: HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: configuration
    )
  )

  /// A configuration that does not follow redirects, and that reports a refused connection instead
  /// of retrying.
  public static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10))
    )
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  private let client: HTTPClient
  private let tls: WebSocketTLS

  /// Creates a transport.
  ///
  /// - Parameters:
  ///   - client: the client to use. Its owner shuts it down when no call is under way.
  ///   - tls: the TLS configuration of WebSockets, which do not use the client; nil for the system's.
  public init(client: HTTPClient, tls: TLSConfiguration? = nil) {
    self.client = client
    self.tls = WebSocketTLS(tls)
  }

  /// Opens a WebSocket over its own connection.
  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    try await WebSocketConnection(request, tls: tls, options: options).open()
  }

  package func openBatches(
    _ request: HTTPRequest,
    options: TransportOptions,
    bufferedBytes: Int
  ) async throws(TransportError) -> FrameBatchOpening {
    try await WebSocketConnection(request, tls: tls, options: options)
      .openBatches(bufferedBytes: bufferedBytes)
  }

  /// Sends a request with the client and collects the response.
  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let outgoing = try HTTPClientRequest(request, body: body.map { .bytes($0) })
    // The client's own deadline applies only until the head of the response has arrived.
    let answer = await withTimeout(options.timeout) {
      await exchange(outgoing, options)
    }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(
        code: .timedOut,
        reason: "no complete response within \(options.timeout)"
      )
    }
    return try answer.get()
  }

  private func exchange(
    _ request: HTTPClientRequest,
    _ options: TransportOptions
  ) async -> Result<HTTPTransportResponse, TransportError> {
    do {
      let response = try await client.execute(
        request,
        deadline: .now() + TimeAmount(options.timeout)
      )
      let content = try await response.body.collect(upTo: options.maximumResponseBytes)
      return .success(
        HTTPTransportResponse(head: HTTPResponse(response), body: Array(buffer: content))
      )
    } catch {
      return .failure(TransportError(error, options))
    }
  }

  /// Sends a request with the client and returns as soon as the head of the response has arrived.
  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    let outgoing = try HTTPClientRequest(request, body: body)
    do {
      let response = try await client.execute(
        outgoing,
        deadline: .now() + TimeAmount(options.timeout)
      )
      return HTTPTransportStream(
        head: HTTPResponse(response),
        body: ByteStream(response, options)
      )
    } catch {
      if Task.isCancelled { throw .cancelled }
      throw TransportError(error, options)
    }
  }
}

extension HTTPResponse {
  init(_ response: HTTPClientResponse) {
    self.init(code: Int(response.status.code), response.headers)
  }

  /// Creates a response; header fields that HTTPTypes does not accept are dropped.
  init(code: Int, _ headers: HTTPHeaders) {
    self.init(status: Status(code: code))
    for header in headers {
      guard let name = HTTPField.Name(header.name), HTTPField.isValidValue(header.value) else {
        continue
      }
      headerFields.append(HTTPField(name: name, value: header.value))
    }
  }
}
