public import ATProtoHTTP
public import AsyncHTTPClient
public import HTTPTypes
import NIOCore
import NIOHTTP1
public import NIOSSL

/// Carries requests through an `HTTPClient`.
///
/// The client given should be configured as ``configuration`` is: `HTTPClient.shared` follows
/// redirects, and would carry an access token along to wherever they lead.
public struct AsyncHTTPClientTransport: HTTPTransport {
  /// A transport over one client for the whole process.
  public static let shared = AsyncHTTPClientTransport(
    client: HTTPClient(
      eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      configuration: configuration
    )
  )

  /// No redirects, and a connection that is refused is reported, not tried again.
  public static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(10))
    )
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  private let client: HTTPClient
  private let tls: TLSConfiguration?

  /// - Parameters:
  ///   - client: shut down by its owner, when no call is under way.
  ///   - tls: of WebSockets, which do not go through the client; nil for the system's.
  public init(client: HTTPClient, tls: TLSConfiguration? = nil) {
    self.client = client
    self.tls = tls
  }

  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    try await WebSocketConnection(request, tls: tls, options: options).open()
  }

  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let outgoing = try HTTPClientRequest(request, body: body.map { .bytes($0) })
    // The client's own deadline ends with the head of the response; a body may trickle for ever.
    let answer = await withTimeout(options.timeout) {
      await exchange(outgoing, options)
    }
    if Task.isCancelled { throw .cancelled }
    guard let answer else {
      throw TransportError(code: .timedOut, reason: "no whole response within \(options.timeout)")
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

  /// Header fields that HTTPTypes does not take are left out.
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
