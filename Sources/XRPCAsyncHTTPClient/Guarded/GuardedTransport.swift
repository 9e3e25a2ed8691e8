public import ATProtoHTTP
public import AsyncHTTPClient
public import HTTPTypes
import NIOCore

/// Sends requests whose URLs come from untrusted data, but only to IP addresses that a policy
/// allows.
///
/// The transport resolves the host, checks its IP addresses, and connects to a checked IP address,
/// while TLS and `Host` use the name. Therefore, DNS rebinding, which makes a name resolve to
/// another IP address later, has no effect. IP addresses in URLs are checked the same way.
public struct GuardedTransport: FrameBatchTransport {
  /// The maximum number of a host's IP addresses to try.
  private static let maximumAttempts = 3

  private let policy: IPAddressPolicy
  private let resolver: any HostResolver
  private let clients: PinnedClients
  private let tls: WebSocketTLS

  /// Creates a transport.
  ///
  /// - Parameter configuration: the configuration of the clients for each host; its DNS settings are
  ///   overridden.
  public init(
    policy: IPAddressPolicy = .publicOnly,
    resolver: any HostResolver = SystemHostResolver(),
    configuration: HTTPClient.Configuration = Self.configuration
  ) {
    self.policy = policy
    self.resolver = resolver
    clients = PinnedClients(configuration)
    tls = WebSocketTLS(configuration.tlsConfiguration)
  }

  /// A configuration without redirects, decompression, or proxies, and with a connection timeout of
  /// 2.5 seconds.
  public static var configuration: HTTPClient.Configuration {
    var configuration = AsyncHTTPClientTransport.configuration
    configuration.timeout.connect = .milliseconds(2500)
    return configuration
  }

  /// Sends a request to an allowed IP address of its host and collects the response.
  public func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let url = try HTTPURL(serverOf: request)
    var request = request
    request.authority = url.authority
    return try await atAllowed(url, options) { [request] address, options throws(TransportError) in
      try await send(request, body, to: url.host, at: address, options)
    }
  }

  /// Sends a request to an allowed IP address of its host and returns as soon as the head of the response has arrived.
  public func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    let url = try HTTPURL(serverOf: request)
    var request = request
    request.authority = url.authority
    return try await atAllowed(url, options) { [request] address, options throws(TransportError) in
      try await stream(request, body, to: url.host, at: address, options)
    }
  }

  /// Opens a WebSocket to an allowed IP address of the host.
  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    let url = try HTTPURL(serverOf: request)
    return try await atAllowed(url, options) { address, options throws(TransportError) in
      try await WebSocketConnection(request, at: address, tls: tls, options: options).open()
    }
  }

  package func openBatches(
    _ request: HTTPRequest,
    options: TransportOptions,
    bufferedBytes: Int
  ) async throws(TransportError) -> FrameBatchOpening {
    let url = try HTTPURL(serverOf: request)
    return try await atAllowed(url, options) { address, options throws(TransportError) in
      try await WebSocketConnection(request, at: address, tls: tls, options: options)
        .openBatches(bufferedBytes: bufferedBytes)
    }
  }

  /// Tries the host's allowed IP addresses until one accepts a connection.
  private func atAllowed<Answer>(
    _ url: HTTPURL,
    _ options: TransportOptions,
    _ exchange: (IPAddress, TransportOptions) async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let deadline = ContinuousClock.now + options.timeout
    var failure: TransportError?
    for address in try await allowedAddresses(url, options).prefix(Self.maximumAttempts) {
      var options = options
      options.timeout = max(deadline - .now, .zero)
      do throws(TransportError) {
        return try await exchange(address, options)
      } catch {
        // After any other error, the server may have received the request, which must not be sent
        // twice.
        guard error.code == .cannotConnect, deadline > .now else { throw error }
        failure = error
      }
    }
    throw failure
      ?? TransportError(
        code: .refusedAddress,
        reason: "cannot connect to \(url.host): it has no allowed IP address"
      )
  }

  private func send(
    _ request: HTTPRequest,
    _ body: [UInt8]?,
    to host: String,
    at address: IPAddress,
    _ options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let client = clients.borrow(host: host, address)
    defer { clients.giveBack(host: host, address) }
    return try await AsyncHTTPClientTransport(client: client)
      .send(request, body: body, options: options)
  }

  private func stream(
    _ request: HTTPRequest,
    _ body: BodyContent?,
    to host: String,
    at address: IPAddress,
    _ options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    let loan = PinnedClients.Loan(clients, host: host, address)
    var response = try await AsyncHTTPClientTransport(client: loan.client)
      .stream(request, body: body, options: options)
    // The client is in use as long as the body may be read.
    let content = response.body
    response.body = ByteStream(length: content.length) {
      var iterator = content.makeAsyncIterator()
      return {
        defer { withExtendedLifetime(loan) {} }
        return try await iterator.next()
      }
    }
    return response
  }

  private func allowedAddresses(
    _ url: HTTPURL,
    _ options: TransportOptions
  ) async throws(TransportError) -> [IPAddress] {
    if url.scheme == "http", policy.plainHTTP == .nowhere {
      throw TransportError(
        code: .refusedAddress,
        reason: "cannot connect to \(url.host): plain HTTP is not allowed"
      )
    }
    let addresses: [IPAddress]
    if let address = IPAddress(url.host) {
      addresses = [address]
    } else {
      addresses = try await resolver.addresses(of: url.host, within: options.timeout)
    }
    let allowed = addresses.filter { policy.refusal(of: $0, scheme: url.scheme) == nil }
    if allowed.isEmpty, let address = addresses.first,
      let range = policy.refusal(of: address, scheme: url.scheme)
    {
      throw TransportError(
        code: .refusedAddress,
        reason: "cannot connect to \(url.host): its IP address \(address) is not allowed (\(range))"
      )
    }
    return allowed
  }
}
