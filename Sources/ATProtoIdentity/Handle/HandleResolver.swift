public import ATProtoHTTP
public import ATProtoSyntax
import HTTPTypes

/// Finds the DID of a handle, by TXT records and by HTTPS at once (Handle specification, "Handle
/// Resolution"). What is found is the handle's word; ``IdentityDirectory`` asks the DID for its own.
public struct HandleResolver: Sendable {
  /// Where handles of `.test` are served in development.
  public struct Development: Hashable, Sendable {
    public var scheme: String
    public var port: UInt16?

    public init(scheme: String = "http", port: UInt16? = nil) {
      self.scheme = scheme
      self.port = port
    }
  }

  private let txt: any TXTResolver
  private let transport: any HTTPTransport
  private let limits: OutgoingLimits
  private let development: Development?

  /// - Parameters:
  ///   - transport: where it may go is its own decision; see `GuardedTransport`.
  ///   - limits: the timeout is that of both ways.
  ///   - development: nil refuses `.test`, which "should fail in real-world environments".
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

  /// The DID that TXT records give, or else that the handle's server gives.
  ///
  /// Throws ``IdentityError/Code/ambiguous`` where records name several DIDs, `notFound` where both
  /// ways say that there is none, and what kept a way from saying so otherwise.
  public func resolve(_ handle: Handle) async throws(IdentityError) -> DID {
    let handle = handle.normalized
    let isTest = handle.topLevelDomain == "test"
    guard !handle.hasDisallowedTopLevelDomain, !isTest || development != nil else {
      throw IdentityError(.disallowed, "no handle ends in .\(handle.topLevelDomain)")
    }
    // Cancelled where the records decide.
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
        // What may be otherwise soon is the one to tell.
        throw error.code == .notFound || recordError.isTransient && !error.isTransient
          ? recordError : error
      }
    }
  }

  /// "The record value should have the prefix `did=`, followed by the full DID."
  public func didByDNS(_ handle: Handle) async throws(IdentityError) -> DID {
    let name = "_atproto.\(handle.normalized)"
    guard name.utf8.count <= 253 else {
      throw IdentityError(.notFound, "\(handle) is too long for the DNS")
    }
    let texts = try await txt.texts(of: name, within: limits.timeout)
    let dids = Set(
      texts.compactMap { $0.hasPrefix("did=") ? try? DID(String($0.dropFirst(4))) : nil }
    )
    guard dids.count < 2 else {
      throw IdentityError(.ambiguous, "\(name) has records for \(dids.count) DIDs")
    }
    guard let did = dids.first else {
      throw IdentityError(.notFound, "\(name) has no record with a DID")
    }
    return did
  }

  /// "A GET request to `/.well-known/atproto-did`".
  public func didByHTTPS(_ handle: Handle) async throws(IdentityError) -> DID {
    let handle = handle.normalized
    let isTest = handle.topLevelDomain == "test"
    let url = HTTPURL(
      scheme: isTest ? development?.scheme ?? "https" : "https",
      host: handle.string,
      port: isTest ? development?.port : nil,
      target: "/.well-known/atproto-did"
    )
    guard let url else { throw IdentityError(.disallowed, "\(handle) is no host") }
    let response = try await OutgoingRequest(transport: transport, limits: limits)
      .send(url, accept: "text/plain")
    guard response.head.status.kind == .successful else {
      let status = response.head.status
      throw IdentityError(
        status.kind == .serverError ? .unreachable : .notFound,
        "\(url) answers \(status.code)"
      )
    }
    // "Clients should strip small amounts of prefix or suffix whitespace"; the reference
    // implementation takes the first line.
    let line = String(decoding: response.body, as: UTF8.self).drop(while: \.isWhitespace)
      .prefix { !$0.isNewline }
    let end = line.lastIndex { !$0.isWhitespace }
    guard let end, let did = try? DID(String(line[...end])) else {
      throw IdentityError(.notFound, "\(url) answers no DID")
    }
    return did
  }
}

/// The outcome of a call as a value, for `async let` forgets the type of errors.
private func outcome<Value: Sendable>(
  _ body: () async throws(IdentityError) -> Value
) async -> Result<Value, IdentityError> {
  do throws(IdentityError) {
    return .success(try await body())
  } catch {
    return .failure(error)
  }
}
