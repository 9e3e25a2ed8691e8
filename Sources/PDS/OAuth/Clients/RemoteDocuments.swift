import ATProtoAuth
import ATProtoHTTP
import HTTPTypes
import ServiceKit
import Synchronization
import XRPC
import XRPCServer

/// Fetches the JSON documents of OAuth clients, whose URLs anyone can choose: over the guarded
/// transport, without redirects, bounded in size, time, and number, and cached for minutes.
final class RemoteDocuments: Sendable {
  /// The documents of most clients have less than 2 KiB.
  static let maximumBytes = 64 << 10
  /// "Servers may cache client metadata responses, optionally respecting HTTP caching headers (within
  /// limits)" (OAuth specification): keys that a client removes are refused ten minutes later.
  static let lifetime = Duration.seconds(600)
  private static let options = TransportOptions(
    timeout: .seconds(5),
    maximumResponseBytes: maximumBytes
  )
  /// Fetches in a minute from one host: documents that must not be cached are fetched several times
  /// for each authorization.
  static let fetchesPerMinute = 1_200
  /// Fetches at once from one host.
  private static let maximumPerHost = 8

  private typealias Flight = Task<Result<[UInt8], OAuthError>, Never>

  private struct State {
    var cache = DocumentCache(capacity: 8 << 20)
    var flights: [String: Flight] = [:]
    var hosts: [String: Int] = [:]
  }

  private let transport: any HTTPTransport
  private let state = Mutex(State())
  private let semaphore = AsyncSemaphore(128)
  /// Fetches by host, so that a stranger cannot make this server flood one. Nil for development.
  private let limiter: RateLimiter?

  init(_ transport: any HTTPTransport, isLimited: Bool) {
    self.transport = transport
    let limit = RateLimit.perMinutes(1, Self.fetchesPerMinute)
    limiter = isLimited ? RateLimiter([limit], capacity: 10_000) : nil
  }

  /// The document at a URL, from the cache if possible.
  ///
  /// Throws `invalid_client_metadata` or `temporarily_unavailable`.
  ///
  /// - Parameters:
  ///   - types: The values of `Content-Type` that are accepted.
  ///   - isFresh: Whether to bypass the cache.
  ///   - check: Throws if the document is not valid; it is not cached then.
  func document<Value: Sendable>(
    at url: HTTPURL,
    types: [String] = ["application/json"],
    isFresh: Bool = false,
    _ check: @escaping @Sendable ([UInt8]) throws(OAuthError) -> Value
  ) async throws(OAuthError) -> Value {
    let key = url.description
    if !isFresh, let bytes = state.withLock({ $0.cache.document(key, now: .now) }) {
      return try check(bytes)
    }
    let flight = state.withLock { state in
      if let flight = state.flights[key] { return flight }
      let flight = Flight {
        let outcome = await Result { () async throws(OAuthError) in
          let (bytes, lifetime) = try await self.fetch(url, types)
          _ = try check(bytes)
          return (bytes, lifetime)
        }
        self.state.withLock { state in
          state.flights[key] = nil
          if case .success(let (bytes, lifetime)) = outcome {
            state.cache.insert(bytes, key, until: .now + lifetime)
          }
        }
        return outcome.map(\.0)
      }
      state.flights[key] = flight
      return flight
    }
    return try check(try await flight.value.get())
  }

  private func fetch(
    _ url: HTTPURL,
    _ types: [String]
  ) async throws(OAuthError) -> (bytes: [UInt8], lifetime: Duration) {
    if let limiter, limiter.consume(by: url.host).isExceeded { throw Self.tooMany(url) }
    let isAdmitted = state.withLock { state in
      guard state.hosts[url.authority, default: 0] < Self.maximumPerHost else { return false }
      state.hosts[url.authority, default: 0] += 1
      return true
    }
    guard isAdmitted else { throw Self.tooMany(url) }
    defer {
      state.withLock { state in
        let count = state.hosts[url.authority, default: 1] - 1
        state.hosts[url.authority] = count == 0 ? nil : count
      }
    }
    let answer = await semaphore.run {
      await Result { () async throws(TransportError) in
        try await transport.send(
          url.request(.get, [.accept: "application/json", .userAgent: "lexgen-atproto"]),
          body: nil,
          options: Self.options
        )
      }
    }
    let response: HTTPTransportResponse
    switch answer {
    case .success(let value): response = value
    case .failure(let error): throw Self.invalid(url, error.reason)
    }
    // "The response HTTP status must be 200 (not another 2xx or a redirect), with a JSON object body
    // with the correct Content-Type (application/json)."
    let head = response.head
    guard head.status == .ok else {
      throw Self.invalid(url, "the server answered \(head.status.code), not 200")
    }
    let type = head.headerFields[.contentType] ?? ""
    guard types.contains(MediaType.essence(type)) else {
      throw Self.invalid(url, "its Content-Type is not application/json")
    }
    return (response.body, Self.lifetime(by: head.headerFields[.cacheControl]))
  }

  /// RFC 9111, 5.2.2, within the limits: only directives that shorten the lifetime count.
  static func lifetime(by cacheControl: String?) -> Duration {
    var lifetime = lifetime
    for directive in (cacheControl ?? "").lowercased().split(separator: ",") {
      let parts = directive.split(separator: "=", maxSplits: 1)
        .map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
      switch parts.first {
      case "no-store", "no-cache", "private": return .zero
      case "max-age", "s-maxage":
        if parts.count == 2, let seconds = Int(parts[1]), seconds < lifetime.components.seconds {
          lifetime = .seconds(max(0, seconds))
        }
      default: break
      }
    }
    return lifetime
  }

  private static func invalid(_ url: HTTPURL, _ reason: String) -> OAuthError {
    OAuthError(.invalidClientMetadata, "cannot fetch \(url): \(reason)")
  }

  private static func tooMany(_ url: HTTPURL) -> OAuthError {
    OAuthError(
      .temporarilyUnavailable,
      "documents of \(url.host) are fetched too often; try again later"
    )
  }
}
