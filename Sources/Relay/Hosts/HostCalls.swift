import ATProtoData
package import ATProtoHTTP
package import ATProtoRepo
package import ATProtoSyntax
import HTTPTypes

/// Calls the methods of hosts that a relay needs. Hosts are untrusted: every step of a redirect must
/// lead to a host that the relay could crawl, and the transport checks its IP address.
package struct HostCalls: Sendable {
  /// The longest duration of a call whose answer is small.
  private static let timeout = Duration.seconds(5)
  /// The largest small answer.
  private static let maximumBytes = 64 << 10
  /// The largest repository.
  private static let maximumRepositoryBytes = 4 << 30
  private static let maximumRedirects = 3

  private let transport: any HTTPTransport
  private let userAgent: String
  private let allowsInsecureHosts: Bool

  /// - Parameter transport: see `GuardedTransport`.
  package init(
    transport: any HTTPTransport,
    userAgent: String,
    allowsInsecureHosts: Bool = false
  ) {
    self.transport = transport
    self.userAgent = userAgent
    self.allowsInsecureHosts = allowsInsecureHosts
  }

  /// Calls `com.atproto.server.describeServer`, which every PDS has.
  ///
  /// - Returns: whether the host is a relay itself.
  package func describeServer(_ name: HostName) async throws(HostCallError) -> Bool {
    let response = try await send(name, "com.atproto.server.describeServer")
    if Self.isRelay(response.head) { return true }
    guard response.head.status == .ok,
      let value = try? DataValue(json: response.body), case .string? = value["did"]
    else {
      throw HostCallError(
        .unexpectedResponse,
        "cannot add \(name): describeServer responded with status \(response.head.status.code)"
      )
    }
    return false
  }

  /// Calls `com.atproto.sync.getRepoStatus`.
  package func repositoryStatus(
    of did: DID,
    at name: HostName
  ) async -> Result<HostedStatus, SyncFailure> {
    do throws(HostCallError) {
      let response = try await send(name, "com.atproto.sync.getRepoStatus?did=\(did.string)")
      guard response.head.status == .ok else {
        // A host that does not know an account answers 400 RepoNotFound.
        let isTemporary =
          response.head.status.kind == .serverError || response.head.status.code == 429
        return .failure(
          SyncFailure(
            isTemporary ? .temporary : .notFound,
            "\(name) responded with status \(response.head.status.code)"
          )
        )
      }
      guard let value = try? DataValue(json: response.body),
        case .string(did.string)? = value["did"], case .boolean(let isActive)? = value["active"]
      else {
        return .failure(SyncFailure(.invalid, "\(name) sent a malformed status"))
      }
      var status: String?
      if case .string(let text)? = value["status"] { status = text }
      return .success(HostedStatus(isActive: isActive, status: status))
    } catch {
      return .failure(SyncFailure(.temporary, error.reason))
    }
  }

  /// Calls `com.atproto.sync.getRepo`. The body is read as it arrives.
  package func repository(
    of did: DID,
    at name: HostName
  ) async throws(HostCallError) -> HTTPTransportStream {
    let options = TransportOptions(
      timeout: .seconds(30),
      idleTimeout: .seconds(30),
      maximumResponseBytes: Self.maximumRepositoryBytes
    )
    let response = try await following(
      name,
      "com.atproto.sync.getRepo?did=\(did.string)",
      \.head
    ) { url throws(TransportError) in
      try await transport.stream(
        request(url, accept: "application/vnd.ipld.car"),
        body: nil,
        options: options
      )
    }
    guard response.head.status == .ok else {
      let status = response.head.status
      throw HostCallError(
        status.kind == .serverError || status.code == 429 ? .unavailable : .notFound,
        "cannot fetch \(did) from \(name): the host responded with status \(status.code)"
      )
    }
    return response
  }

  /// Whether the `Server` field of a response names a relay: "atproto-relay" is in every relay's.
  static func isRelay(_ head: HTTPResponse) -> Bool {
    head.headerFields[.server]?.lowercased().contains("atproto-relay") ?? false
  }

  private func send(
    _ name: HostName,
    _ method: String
  ) async throws(HostCallError) -> HTTPTransportResponse {
    let deadline = ContinuousClock.now + Self.timeout
    return try await following(name, method, \.head) { url throws(TransportError) in
      try await transport.send(
        request(url, accept: "application/json"),
        body: nil,
        options: TransportOptions(
          timeout: max(deadline - .now, .zero),
          maximumResponseBytes: Self.maximumBytes
        )
      )
    }
  }

  private func request(_ url: HTTPURL, accept: String) -> HTTPRequest {
    url.request(.get, [.accept: accept, .userAgent: userAgent])
  }

  /// Calls a method and follows redirects.
  private func following<Response>(
    _ name: HostName,
    _ method: String,
    _ head: (Response) -> HTTPResponse,
    _ exchange: (HTTPURL) async throws(TransportError) -> Response
  ) async throws(HostCallError) -> Response {
    guard var url = name.baseURL.at("/xrpc/\(method)") else {
      throw HostCallError(.badRedirect, "\(method) is not a valid path")
    }
    for _ in 0...Self.maximumRedirects {
      let response: Response
      do throws(TransportError) {
        response = try await exchange(url)
      } catch {
        throw HostCallError(.unreachable, "cannot reach \(url.origin): \(error.reason)")
      }
      guard [301, 302, 303, 307, 308].contains(head(response).status.code) else { return response }
      guard let next = head(response).headerFields[.location].flatMap(url.resolving),
        let target = HostName(pds: next), allowsInsecureHosts || !target.isLocal,
        next.scheme == "https" || url.scheme == "http"
      else {
        throw HostCallError(.badRedirect, "\(name) redirects to a URL that is not allowed")
      }
      url = next
    }
    throw HostCallError(.badRedirect, "\(name) redirects too many times")
  }
}

/// Why a call to a host failed.
package struct HostCallError: CodedError {
  package enum Code: Hashable, Sendable {
    /// There was no complete response.
    case unreachable
    case badRedirect
    /// Not the response of a PDS.
    case unexpectedResponse
    /// The host does not have it.
    case notFound
    /// The host asks the relay to try again later.
    case unavailable
  }

  package let code: Code
  package let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }
}
