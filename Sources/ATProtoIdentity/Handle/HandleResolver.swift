public import ATProtoHTTP
public import ATProtoSyntax
import HTTPTypes

/// Resolves handles to DIDs by TXT records and HTTPS at the same time (Handle specification, "Handle
/// Resolution"). ``IdentityDirectory`` also checks that the DID claims the handle.
public struct HandleResolver: Sendable {
  /// How to reach the servers of `.test` handles in development.
  public struct Development: Hashable, Sendable {
    /// `http` or `https`.
    public var scheme: String
    /// The port; nil for the default of the scheme.
    public var port: UInt16?

    /// Creates development settings.
    public init(scheme: String = "http", port: UInt16? = nil) {
      self.scheme = scheme
      self.port = port
    }
  }

  private let txt: any TXTResolver
  private let transport: any HTTPTransport
  private let limits: OutgoingLimits
  private let development: Development?

  /// Creates a resolver.
  ///
  /// - Parameters:
  ///   - txt: looks up TXT records.
  ///   - transport: decides which hosts may be called; see `GuardedTransport`.
  ///   - limits: the limits of a lookup; the timeout applies to both methods.
  ///   - development: nil refuses `.test` handles, which "should fail in real-world environments".
  public init(
    txt: any TXTResolver = SystemTXTResolver(),
    transport: any HTTPTransport,
    limits: OutgoingLimits = .wellKnown,
    development: Development? = nil
  ) {
    self.txt = txt
    self.transport = transport
    self.limits = limits
    self.development = development
  }

  /// Resolves a handle by its TXT records, or else by its server.
  ///
  /// - Throws: ``IdentityError/Code/ambiguous`` if the records name several DIDs,
  ///   ``IdentityError/Code/notFound`` if neither method finds a DID, or the error that kept one of
  ///   them from deciding.
  public func resolve(_ handle: Handle) async throws(IdentityError) -> DID {
    let handle = handle.normalized
    let isTest = handle.topLevelDomain == "test"
    guard !handle.hasDisallowedTopLevelDomain, !isTest || development != nil else {
      throw IdentityError(
        .disallowed,
        "\(handle) is not a valid handle: .\(handle.topLevelDomain) is not allowed"
      )
    }
    // Canceled if the TXT records decide.
    async let served = outcome { () async throws(IdentityError) in
      try await didByHTTPS(handle)
    }
    let recorded = await outcome { () async throws(IdentityError) in
      try await didByDNS(handle)
    }
    switch recorded {
    case .success(let did): return did
    case .failure(let error) where error.code == .ambiguous: throw error
    case .failure(let recordError):
      do throws(IdentityError) {
        return try await served.get()
      } catch {
        // A transient error is the one to report, because the next attempt may succeed.
        throw error.code == .notFound || recordError.isTransient && !error.isTransient
          ? recordError : error
      }
    }
  }

  /// Resolves a handle by TXT records only: "The record value should have the prefix `did=`, followed
  /// by the full DID."
  public func didByDNS(_ handle: Handle) async throws(IdentityError) -> DID {
    let name = "_atproto.\(handle.normalized)"
    guard name.utf8.count <= 253 else {
      throw IdentityError(.notFound, "\(handle) is too long for a DNS name")
    }
    let texts = try await txt.texts(of: name, within: limits.timeout)
    let dids = Set(
      texts.compactMap { $0.hasPrefix("did=") ? try? DID(String($0.dropFirst(4))) : nil }
    )
    guard dids.count < 2 else {
      throw IdentityError(.ambiguous, "\(name) has TXT records for \(dids.count) different DIDs")
    }
    guard let did = dids.first else {
      throw IdentityError(.notFound, "\(name) does not have a TXT record with a DID")
    }
    return did
  }

  /// Resolves a handle by HTTPS only: "A GET request to `/.well-known/atproto-did`".
  public func didByHTTPS(_ handle: Handle) async throws(IdentityError) -> DID {
    let handle = handle.normalized
    let isTest = handle.topLevelDomain == "test"
    let url = HTTPURL(
      scheme: isTest ? development?.scheme ?? "https" : "https",
      host: handle.string,
      port: isTest ? development?.port : nil,
      target: "/.well-known/atproto-did"
    )
    guard let url else { throw IdentityError(.disallowed, "\(handle) is not a valid host name") }
    let response = try await OutgoingRequest(transport: transport, limits: limits)
      .send(url, accept: "text/plain")
    guard response.head.status.kind == .successful else {
      let status = response.head.status
      throw IdentityError(
        status.kind == .serverError ? .unreachable : .notFound,
        "cannot fetch \(url): the server responded with status \(status.code)"
      )
    }
    // "Clients should strip small amounts of prefix or suffix whitespace"; the reference
    // implementation takes the first line.
    let line = String(decoding: response.body, as: UTF8.self).drop(while: \.isWhitespace)
      .prefix { !$0.isNewline }
    let end = line.lastIndex { !$0.isWhitespace }
    guard let end, let did = try? DID(String(line[...end])) else {
      throw IdentityError(.notFound, "\(url) does not contain a valid DID")
    }
    return did
  }
}

/// Returns the result of a call as a value, because `async let` does not preserve typed errors.
private func outcome<Value: Sendable>(
  _ body: () async throws(IdentityError) -> Value
) async -> Result<Value, IdentityError> {
  do throws(IdentityError) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}
