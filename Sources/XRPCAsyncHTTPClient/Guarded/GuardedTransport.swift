public import ATProtoHTTP
public import AsyncHTTPClient
public import HTTPTypes
import NIOCore
import NIOSSL

/// Carries requests whose URL a stranger chose: to addresses that the policy allows and no others.
///
/// The host is resolved first, its addresses are checked, and the connection goes to an address that
/// was checked, while TLS and `Host` keep the name. So a name that resolves to something else the
/// next time gains nothing (DNS rebinding). Addresses in URLs are checked the same way.
public struct GuardedTransport: HTTPTransport {
  /// Addresses of one host that are tried, one after the other.
  private static let maximumAttempts = 3

  private let policy: IPAddressPolicy
  private let resolver: any HostResolver
  private let clients: PinnedClients
  private let tls: TLSConfiguration?

  /// - Parameter configuration: of the clients for each host; what it says of DNS is overridden.
  public init(
    policy: IPAddressPolicy = .publicOnly,
    resolver: any HostResolver = SystemHostResolver(),
    configuration: HTTPClient.Configuration = Self.configuration
  ) {
    self.policy = policy
    self.resolver = resolver
    clients = PinnedClients(configuration)
    tls = configuration.tlsConfiguration
  }

  /// No redirects, no decompression, no proxy, and a connection in 2.5 seconds or never.
  public static var configuration: HTTPClient.Configuration {
    var configuration = AsyncHTTPClientTransport.configuration
    configuration.timeout.connect = .milliseconds(2500)
    return configuration
  }

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

  public func openWebSocket(
    _ request: HTTPRequest,
    options: TransportOptions
  ) async throws(TransportError) -> WebSocketOpening {
    let url = try HTTPURL(serverOf: request)
    return try await atAllowed(url, options) { address, options throws(TransportError) in
      try await WebSocketConnection(request, at: address, tls: tls, options: options).open()
    }
  }

  /// Tries the host's addresses that may be called, until one can be connected to.
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
        // After any other the server may have seen the request, and a procedure is called once.
        guard error.code == .cannotConnect, deadline > .now else { throw error }
        failure = error
      }
    }
    throw failure
      ?? TransportError(code: .refusedAddress, reason: "\(url.host) has no address to be called")
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
    // The client is in use as long as somebody may still read.
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
    let addresses: [IPAddress]
    if let address = IPAddress(url.host) {
      addresses = [address]
    } else {
      addresses = try await resolver.addresses(of: url.host, within: options.timeout)
    }
    let allowed = addresses.filter(policy.allows)
    if allowed.isEmpty, let address = addresses.first, let range = policy.refusal(of: address) {
      throw TransportError(
        code: .refusedAddress,
        reason: "\(url.host) is at \(address), which is \(range)"
      )
    }
    return allowed
  }
}
