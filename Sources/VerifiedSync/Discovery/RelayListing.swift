import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCClient

/// A repository as the relay lists it.
struct ListedRepository: Sendable {
  var did: DID
  /// Nil if it is not listed.
  var rev: TID?
  /// Nil if it is not listed.
  var isActive: Bool?
  var status: String?
}

/// Reads the relay's lists of repositories, page by page.
struct RelayListing: Sendable {
  private static let longestDelay: SyncTime = 30_000_000

  private struct Page {
    var repositories: [ListedRepository]
    var cursor: String?
  }

  /// The relay does not have the method.
  private struct Unsupported: Error {
    var reason: String
  }

  /// The relay understands the request, and does not fulfill it.
  private struct Refused: Error {
    var reason: String
  }

  /// The refusals of a page after which the list counts as missing.
  private static let maximumRefusals = 3
  /// Refusals that may end: 408, 425, and 429.
  private static let temporaryRefusals: Set = [408, 425, 429]

  private let environment: SyncEnvironment

  init(_ environment: SyncEnvironment) {
    self.environment = environment
  }

  /// Passes on all repositories. A page that cannot be read is tried again.
  ///
  /// - Parameter attempts: of each page, after which the list counts as missing.
  /// - Returns: false if the relay does not have the list, or if the task is canceled.
  func repositories(
    attempts: Int = .max,
    _ take: ([ListedRepository]) async throws -> Void
  ) async -> Bool {
    await pages(attempts, take) { client, cursor in
      let page: ComAtproto.Sync.ListRepos.Output
      do throws(XRPCError<ComAtproto.Sync.ListRepos.Failure>) {
        page = try await client.query(
          ComAtproto.Sync.ListRepos.self,
          .init(limit: 1_000, cursor: cursor)
        )
      } catch {
        throw Self.failure(error)
      }
      let repositories = page.repos.compactMap { repository -> ListedRepository? in
        guard let did = try? repository.did.parsed() else { return nil }
        return ListedRepository(
          did: did,
          rev: try? repository.rev.parsed(),
          isActive: repository.active,
          status: repository.status?.rawValue
        )
      }
      return Page(repositories: repositories, cursor: page.cursor)
    }
  }

  /// Passes on the repositories with records in a collection, like ``repositories(attempts:_:)``.
  func repositories(
    with collection: NSID,
    _ take: ([ListedRepository]) async throws -> Void
  ) async -> Bool {
    await pages(.max, take) { client, cursor in
      let page: ComAtproto.Sync.ListReposByCollection.Output
      do throws(XRPCError<ComAtproto.Sync.ListReposByCollection.Failure>) {
        page = try await client.query(
          ComAtproto.Sync.ListReposByCollection.self,
          .init(collection: FormatString(collection), limit: 2_000, cursor: cursor)
        )
      } catch {
        throw Self.failure(error)
      }
      let repositories = page.repos.compactMap { try? $0.did.parsed() }
      return Page(repositories: repositories.map { ListedRepository(did: $0) }, cursor: page.cursor)
    }
  }

  private static func failure<Failure: XRPCFailure>(_ error: XRPCError<Failure>) -> any Error {
    if case .failure(let failure, _) = error, failure.errorBody.name == "MethodNotImplemented" {
      return Unsupported(reason: "\(error)")
    }
    if error.status == 404 || error.status == 501 { return Unsupported(reason: "\(error)") }
    if let status = error.status, (400..<500).contains(status),
      !temporaryRefusals.contains(status)
    {
      return Refused(reason: "\(error)")
    }
    return error
  }

  private func pages(
    _ attempts: Int,
    _ take: ([ListedRepository]) async throws -> Void,
    _ page: (XRPCClient, String?) async throws -> Page
  ) async -> Bool {
    var cursor: String?
    var failures = 0
    var refusals = 0
    while !Task.isCancelled {
      do {
        let next = try await page(environment.relay, cursor)
        try await take(next.repositories)
        failures = 0
        refusals = 0
        // A page that repeats its cursor ends the list, so that it cannot be endless.
        guard let end = next.cursor, end != cursor else { return true }
        cursor = end
      } catch let error as Unsupported {
        environment.observer(.listingFailed(reason: error.reason))
        return false
      } catch {
        guard !Task.isCancelled else { return false }
        let reason = (error as? Refused)?.reason ?? "\(error)"
        environment.observer(.listingFailed(reason: reason))
        failures += 1
        if error is Refused { refusals += 1 }
        guard failures < attempts, refusals < Self.maximumRefusals else { return false }
        let delay = SyncTime.pause(
          environment.configuration.firstRetry.microseconds,
          Self.longestDelay,
          attempt: failures
        )
        await environment.clock.sleep(until: environment.clock.now &+ delay)
      }
    }
    return false
  }
}
