import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCClient

/// Finds the repositories of the boundary that exist already; new ones appear in the firehose.
struct Discovery: Sendable {
  private static let retryDelay: UInt64 = 30_000_000

  let environment: SyncEnvironment
  let add: @Sendable ([DID]) async throws -> Void

  func run() async throws {
    switch environment.configuration.boundary {
    case .repositories(let dids):
      for start in stride(from: 0, to: dids.count, by: 1_000) {
        try await add(Array(dids[start..<min(start + 1_000, dids.count)]))
      }
    case .signal(let collection):
      try await pages { client, cursor in
        let page = try await client.query(
          ComAtproto.Sync.ListReposByCollection.self,
          .init(collection: FormatString(collection), limit: 2_000, cursor: cursor)
        )
        return (page.repos.compactMap { try? $0.did.parsed() }, page.cursor)
      }
    case .network:
      try await pages { client, cursor in
        let page = try await client.query(
          ComAtproto.Sync.ListRepos.self,
          .init(limit: 1_000, cursor: cursor)
        )
        return (page.repos.compactMap { try? $0.did.parsed() }, page.cursor)
      }
    }
  }

  private func pages(
    _ page: (XRPCClient, String?) async throws -> (dids: [DID], cursor: String?)
  ) async throws {
    let client = environment.relay
    var cursor: String?
    while !Task.isCancelled {
      do {
        let (dids, next) = try await page(client, cursor)
        try await add(dids)
        // A page that repeats its cursor ends the list, so that it cannot be endless.
        guard let next, next != cursor else { return }
        cursor = next
      } catch {
        guard !Task.isCancelled else { return }
        environment.observer(.listingFailed(reason: "\(error)"))
        await environment.clock.sleep(until: environment.clock.now + Self.retryDelay)
      }
    }
  }
}
