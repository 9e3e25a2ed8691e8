import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import LexiconResolution
import ServiceKit
import Synchronization

/// Permission sets with their cache (Permission specification, "Resolution and Caching").
final class PermissionSets: Sendable {
  /// "The firm lower bound on cache lifetime is that of access token lifetimes, meaning 15-30
  /// minutes"; the upper bound is 24 hours.
  static let freshness = 3600
  /// "The recommended 'expiration' lifetime for referencing a permission set for a new auth session
  /// is 90 days".
  static let expiration = 90 * 86_400
  /// Seconds before another attempt after one that failed.
  static let retryInterval = 30
  /// The longest resolution.
  static let timeout = Duration.seconds(8)
  /// Different sets of one request.
  static let maximumCount = 50

  private typealias Flight = Task<PermissionSet, any Error>

  private struct State {
    var flights: [NSID: (number: Int, flight: Flight)] = [:]
    var flightCount = 0
  }

  private let store: any PDSStore
  /// Asks each time: these sets have a cache of their own, which survives a restart.
  private let source: any LexiconSource
  /// Bounds the resolutions that run at once.
  private let semaphore = AsyncSemaphore(32)
  private let state = Mutex(State())

  init(store: any PDSStore, source: any LexiconSource) {
    self.store = store
    self.source = source
  }

  /// The sets to which a scope refers, for a new session.
  ///
  /// Throws `invalid_scope` if one cannot be resolved and is not in the cache: "the auth request will
  /// fail".
  func sets(for scope: OAuthScope) async throws -> [NSID: PermissionSet] {
    let nsids = Set(scope.includes.map(\.nsid))
    guard nsids.count <= Self.maximumCount else {
      throw OAuthError(
        .invalidScope,
        "the scope has more than \(Self.maximumCount) permission sets"
      )
    }
    return try await withThrowingTaskGroup(of: (NSID, PermissionSet).self) { group in
      for nsid in nsids {
        group.addTask { (nsid, try await self.set(nsid, at: currentSeconds())) }
      }
      var sets: [NSID: PermissionSet] = [:]
      for try await (nsid, set) in group { sets[nsid] = set }
      return sets
    }
  }

  /// What a scope permits at present. Returns nil if a set cannot be found any more: "existing auth
  /// sessions should not be impacted", so that a session keeps what it had.
  func expand(_ scope: OAuthScope) async throws -> OAuthScope? {
    if scope.includes.isEmpty { return scope }
    do {
      return scope.expanding(try await sets(for: scope))
    } catch is OAuthError {
      return nil
    }
  }

  /// Makes a set due for refresh at its next use, because a commit may have changed it. The stored one
  /// still serves if that fails, whichever account has made the commit.
  func expire(_ nsid: NSID) async {
    // The lookup under way may have started before the change.
    state.withLock { $0.flights[nsid] = nil }
    // If the store cannot be written, the set is refreshed when it is an hour old.
    try? await store.write { transaction in
      guard var set = try transaction.oauth.permissionSet(nsid) else { return }
      set.checkedAt = 0
      if set.resolvedAt != nil { set.resolvedAt = 0 }
      try transaction.oauth.set(set)
    }
  }

  private func set(_ nsid: NSID, at seconds: Int) async throws -> PermissionSet {
    // A row may be read after its expiration, before it is removed.
    let stored = try await store.read { transaction in try transaction.oauth.permissionSet(nsid) }
      .flatMap { $0.expiresAt > seconds ? $0 : nil }
    let cached = stored?.document.flatMap { try? PermissionSet(json: $0) }
    if let cached, let resolvedAt = stored?.resolvedAt, seconds - resolvedAt < Self.freshness {
      return cached
    }
    if let stored, seconds - stored.checkedAt < Self.retryInterval {
      if let cached { return cached }
      throw Self.unresolvable(nsid, "it could not be resolved a moment ago; try again later")
    }
    do {
      return try await flight(nsid).value
    } catch let error as OAuthError {
      guard let cached else { throw error }
      return cached
    }
  }

  /// The resolution under way, or a new one, which goes on without the request that started it.
  private func flight(_ nsid: NSID) -> Flight {
    state.withLock { state in
      if let (_, flight) = state.flights[nsid] { return flight }
      state.flightCount += 1
      let number = state.flightCount
      let flight = Flight {
        defer {
          self.state.withLock { state in
            if state.flights[nsid]?.number == number { state.flights[nsid] = nil }
          }
        }
        return try await self.resolve(nsid, number)
      }
      state.flights[nsid] = (number, flight)
      return flight
    }
  }

  private func resolve(_ nsid: NSID, _ number: Int) async throws -> PermissionSet {
    let outcome: Result<(PermissionSet, [UInt8]), OAuthError>
    let answer = await semaphore.run {
      await withTimeout(Self.timeout) { [source] in
        await Result { () async throws(LexiconError) in try await source.lexicon(nsid) }
      }
    }
    switch answer {
    case .success(let lexicon)?:
      do throws(OAuthError) {
        outcome = .success(try Self.check(lexicon.record, is: nsid))
      } catch {
        outcome = .failure(error)
      }
    case .failure(let error)?: outcome = .failure(Self.unresolvable(nsid, error.reason))
    case nil: outcome = .failure(Self.unresolvable(nsid, "its servers take too long"))
    }
    let now = currentSeconds()
    try await store.write { transaction in
      // Within the transaction, so that `expire` writes after it, or has removed the flight before it.
      guard self.state.withLock({ $0.flights[nsid]?.number == number }) else { return }
      let oauth = transaction.oauth
      let present = try oauth.permissionSet(nsid)
      // A full cache still serves; new sets are resolved at each use.
      guard try present != nil || oauth.permissionSetCount() < OAuthBounds.permissionSets else {
        return
      }
      switch outcome {
      case .success((_, let bytes)):
        try oauth.set(
          StoredPermissionSet(
            nsid: nsid,
            document: bytes,
            checkedAt: now,
            resolvedAt: now,
            expiresAt: now + Self.expiration
          )
        )
      case .failure:
        var failed =
          present.flatMap { $0.expiresAt > now ? $0 : nil }
          ?? StoredPermissionSet(
            nsid: nsid,
            document: nil,
            checkedAt: now,
            resolvedAt: nil,
            expiresAt: now + Self.retryInterval
          )
        failed.checkedAt = now
        if failed.document == nil { failed.expiresAt = now + Self.retryInterval }
        try oauth.set(failed)
      }
    }
    return try outcome.get().0
  }

  private static func check(
    _ document: DataValue,
    is nsid: NSID
  ) throws(OAuthError) -> (PermissionSet, [UInt8]) {
    let bytes = document.jsonBytes()
    guard bytes.count <= PermissionSet.maximumLength else {
      throw unresolvable(nsid, "the document is longer than \(PermissionSet.maximumLength) bytes")
    }
    let set = try PermissionSet(document: document)
    guard set.nsid == nsid else {
      throw unresolvable(nsid, "the id of the document is \(set.nsid)")
    }
    return (set, bytes)
  }

  private static func unresolvable(_ nsid: NSID, _ reason: String) -> OAuthError {
    OAuthError(.invalidScope, "cannot resolve the permission set \(nsid): \(reason)")
  }
}
