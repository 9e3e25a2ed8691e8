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
  /// The time for which a document that cannot be fetched, or is not valid, is not fetched again:
  /// long enough to spare its server, short enough for a developer who has just corrected it.
  static let failureLifetime = Duration.seconds(10)
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

  /// A response, or why there is none, with the time for which it may be kept.
  private struct Outcome {
    var result: Result<[UInt8], OAuthError>
    var lifetime: Duration
  }

  private struct State {
    var cache = DocumentCache(capacity: 8 << 20)
    /// Why documents are refused. At most 2,000: each costs 128 bytes besides URL and reason.
    var failures = DocumentCache(capacity: 256 << 10)
    var flights: [String: Flight] = [:]
    var hosts: [String: Int] = [:]
  }

  private let transport: any HTTPTransport
  private let state = Mutex(State())
  private let semaphore = AsyncSemaphore(128)
  /// Fetches by host, so that a stranger cannot make this server flood one. Nil for development, where
  /// failures are not remembered, either.
  private let limiter: RateLimiter?

  /// - Parameter now: the time of the limit on fetches.
  init(
    _ transport: any HTTPTransport,
    isLimited: Bool,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.transport = transport
    let limit = RateLimit.perMinutes(1, Self.fetchesPerMinute)
    limiter = isLimited ? RateLimiter([limit], capacity: 10_000, now: now) : nil
  }

  /// The document at a URL, from the cache if possible.
  ///
  /// Throws `invalid_client_metadata` or `temporarily_unavailable`.
  ///
  /// - Parameters:
  ///   - types: The values of `Content-Type` that are accepted.
  ///   - isFresh: Whether to bypass the cache.
  ///   - check: Throws if the document is not valid; the reason is cached then, for a moment.
  func document<Value: Sendable>(
    at url: HTTPURL,
    types: [String] = ["application/json"],
    isFresh: Bool = false,
    _ check: @escaping @Sendable ([UInt8]) throws(OAuthError) -> Value
  ) async throws(OAuthError) -> Value {
    // Apart for what is expected, so that a client cannot make the document of another one fail by
    // naming it as its key set.
    let key = "\(types.count) \(url)"
    if !isFresh {
      let (bytes, reason) = state.withLock { state in
        (state.cache.document(key, now: .now), state.failures.document(key, now: .now))
      }
      if let bytes { return try check(bytes) }
      if let reason {
        throw OAuthError(.invalidClientMetadata, String(decoding: reason, as: UTF8.self))
      }
    }
    let flight = state.withLock { state in
      if let flight = state.flights[key] { return flight }
      let flight = Flight {
        var outcome = await self.fetch(url, types)
        outcome.result = outcome.result.flatMap { bytes in
          Result(catching: { () throws(OAuthError) in try check(bytes) }).map { _ in bytes }
        }
        self.state.withLock { state in
          state.flights[key] = nil
          self.keep(outcome, key, &state)
        }
        return outcome.result
      }
      state.flights[key] = flight
      return flight
    }
    return try check(try await flight.value.get())
  }

  private func keep(_ outcome: Outcome, _ key: String, _ state: inout State) {
    switch outcome.result {
    case .success(let bytes): state.cache.insert(bytes, key, until: .now + outcome.lifetime)
    case .failure(let error):
      guard limiter != nil, error.code == .invalidClientMetadata else { return }
      let lifetime = min(outcome.lifetime, Self.failureLifetime)
      state.failures.insert(Array(error.reason.utf8), key, until: .now + lifetime)
    }
  }

  private func fetch(_ url: HTTPURL, _ types: [String]) async -> Outcome {
    let response: HTTPTransportResponse
    do throws(OAuthError) {
      response = try await send(url)
    } catch {
      return Outcome(result: .failure(error), lifetime: Self.lifetime)
    }
    return Outcome(
      result: Result(catching: { () throws(OAuthError) in
        try Self.body(of: response, url, types)
      }),
      lifetime: Self.lifetime(by: response.head.headerFields[.cacheControl])
    )
  }

  private func send(_ url: HTTPURL) async throws(OAuthError) -> HTTPTransportResponse {
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
    switch answer {
    case .success(let response): return response
    case .failure(let error): throw Self.invalid(url, error.reason)
    }
  }

  private static func body(
    of response: HTTPTransportResponse,
    _ url: HTTPURL,
    _ types: [String]
  ) throws(OAuthError) -> [UInt8] {
    // "The response HTTP status must be 200 (not another 2xx or a redirect), with a JSON object body
    // with the correct Content-Type (application/json)."
    let head = response.head
    guard head.status == .ok else {
      throw invalid(url, "the server answered \(head.status.code), not 200")
    }
    let type = head.headerFields[.contentType] ?? ""
    guard types.contains(MediaType.essence(type)) else {
      throw invalid(url, "its Content-Type is not application/json")
    }
    return response.body
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
