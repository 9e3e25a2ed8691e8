import ATProtoData
package import ATProtoHTTP
package import ATProtoIdentity
package import ATProtoSyntax
package import AppBskyAPI
import ComAtprotoAPI
package import Logging
import XRPC
import XRPCClient

/// The declaration of the labeler: a file, or else the record of its account.
package actor DeclarationSource {
  private enum Origin {
    case fixed(AppBsky.Labeler.Service)
    case account(DID, any IdentityDirectory, any HTTPTransport)
  }

  private let origin: Origin
  private let logger: Logger?
  private let now: @Sendable () -> ContinuousClock.Instant
  private var known: AppBsky.Labeler.Service?
  private var nextLookup: ContinuousClock.Instant?
  private var lookup: Task<AppBsky.Labeler.Service?, Never>?

  static let lifetime = Duration.seconds(600)
  /// After a failure, the last known declaration is used for this time.
  static let retryInterval = Duration.seconds(60)

  /// - Parameter record: the declaration of a file, which never changes.
  package init(_ record: AppBsky.Labeler.Service) {
    origin = .fixed(record)
    logger = nil
    now = { .now }
  }

  /// Looks up the record of an account when it is needed.
  ///
  /// - Parameter transport: for the URL in the account's DID document.
  package init(
    of did: DID,
    directory: any IdentityDirectory,
    transport: any HTTPTransport,
    logger: Logger,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    origin = .account(did, directory, transport)
    self.logger = logger
    self.now = now
  }

  /// The declaration of a file, or nil if that of the account is used.
  nonisolated var file: AppBsky.Labeler.Service? {
    if case .fixed(let record) = origin { record } else { nil }
  }

  /// The current declaration, or the last known one if it cannot be looked up; nil if it was never
  /// known.
  package func declaration() async -> AppBsky.Labeler.Service? {
    guard case .account(let did, let directory, let transport) = origin else { return file }
    if let nextLookup, now() < nextLookup { return known }
    let task: Task<AppBsky.Labeler.Service?, Never> =
      lookup
      ?? Task { [logger] in
        do {
          return try await Self.record(of: did, directory, transport)
        } catch {
          logger?.warning(
            "cannot look up the declaration of the labeler",
            metadata: ["error": "\(error)"]
          )
          return nil
        }
      }
    lookup = task
    let found = await task.value
    if lookup == task {
      lookup = nil
      if let found { known = found }
      nextLookup = now() + (found == nil ? Self.retryInterval : Self.lifetime)
    }
    return known
  }

  private static func record(
    of did: DID,
    _ directory: any IdentityDirectory,
    _ transport: any HTTPTransport
  ) async throws -> AppBsky.Labeler.Service {
    let client = XRPCClient(
      service: ServiceEndpoint(try await directory.document(of: did).pds),
      transport: transport,
      options: TransportOptions(timeout: .seconds(5), maximumResponseBytes: 1 << 20),
      retry: .never
    )
    let output = try await client.comAtproto.repo.getRecord(
      ComAtproto.Repo.GetRecord.Parameters(
        repo: FormatString(did.string),
        collection: FormatString(AppBsky.Labeler.Service.nsid),
        rkey: FormatString("self")
      )
    )
    return try AppBsky.Labeler.Service(output.value)
  }
}
