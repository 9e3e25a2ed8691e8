import ATProtoData
public import ATProtoHTTP
public import ATProtoSyntax
import HTTPTypes

/// Looks up identities in the network, without a cache: `did:plc` at a PLC directory, `did:web` at its
/// host, handles by DNS and HTTPS.
public struct BaseIdentityDirectory: IdentityDirectory {
  /// Resolves handles without the network, for instance those that a server hosts; nil for all others.
  public typealias KnownHandles = @Sendable (Handle) async throws(IdentityError) -> DID?

  private let plc: PLCDirectoryClient
  private let handles: HandleResolver
  private let transport: any HTTPTransport
  private let limits: OutgoingLimits
  private let allowsLocalhost: Bool
  private let known: KnownHandles?

  /// Creates a directory.
  ///
  /// - Parameters:
  ///   - transport: fetches documents of `did:web`, whose hosts are untrusted; see `GuardedTransport`.
  ///   - limits: the limits of requests for documents of `did:web`.
  ///   - allowsLocalhost: whether `did:web:localhost` is allowed, for development.
  ///   - known: called for each handle before the network is used.
  public init(
    plc: PLCDirectoryClient,
    handles: HandleResolver,
    transport: any HTTPTransport,
    limits: OutgoingLimits = .document,
    allowsLocalhost: Bool = false,
    known: KnownHandles? = nil
  ) {
    self.plc = plc
    self.handles = handles
    self.transport = transport
    self.limits = limits
    self.allowsLocalhost = allowsLocalhost
    self.known = known
  }

  /// Fetches the document of a DID and confirms the handle that it claims.
  public func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    let document = try await document(of: did)
    guard let claimed = document.claimedHandle else {
      return Identity(document: document, handle: .invalid)
    }
    if claimed == handle?.normalized { return Identity(document: document, handle: claimed) }
    let isConfirmed = (try? await self.did(of: claimed)) == did
    return Identity(document: document, handle: isConfirmed ? claimed : .invalid)
  }

  /// Finds the identity of a handle. If the document claims another handle, that handle is not
  /// resolved.
  public func identity(of handle: Handle) async throws(IdentityError) -> Identity {
    let did = try await did(of: handle)
    let document = try await document(of: did)
    guard let claimed = document.claimedHandle, claimed == handle.normalized else {
      throw .mismatch(handle, did)
    }
    return Identity(document: document, handle: claimed)
  }

  /// Resolves a handle.
  public func did(of handle: Handle) async throws(IdentityError) -> DID {
    if let known, let did = try await known(handle) { return did }
    return try await handles.resolve(handle)
  }

  /// Does nothing, because nothing is cached.
  public func purge(_ did: DID, handle: Handle?) async {}

  /// Fetches the document of a DID, and nothing else.
  public func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    switch did.method {
    case "plc": try await plc.document(of: did)
    case "web": try await webDocument(of: did)
    default:
      throw IdentityError(.unsupportedMethod, "did:\(did.method.prefix(40)) is not supported")
    }
  }

  private func webDocument(of did: DID) async throws(IdentityError) -> DIDDocument {
    let url = try did.webDocumentURL(allowsLocalhost: allowsLocalhost)
    let response = try await OutgoingRequest(transport: transport, limits: limits)
      .send(url, accept: "application/did+ld+json,application/json")
    let status = response.head.status
    guard status.kind == .successful else {
      throw IdentityError(
        status.kind == .serverError || status == .tooManyRequests ? .unreachable : .notFound,
        "cannot fetch \(url): the server responded with status \(status.code)"
      )
    }
    return try DIDDocument(json: response.body, of: did)
  }
}
