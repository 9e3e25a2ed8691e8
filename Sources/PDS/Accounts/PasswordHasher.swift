import ATProtoCrypto
import Dispatch
import Foundation
import ServiceKit
import Synchronization
import XRPCServer

/// Hashes passwords on threads of its own: the work is slow on purpose, and must block neither the
/// event loops nor other requests.
///
/// Networks take turns, and those that have given a right password go first, so that an attacker
/// with a few networks does not keep owners from logging in.
final class PasswordHasher: Sendable {
  /// Further passwords are rejected: each hash takes time, and clients do not wait for minutes.
  private static let maximumWaiting = 256
  private static let maximumWaitingPerNetwork = 16

  /// The length of a new password, in bytes; the upper bound limits the cost of hashing.
  static let lengths = 8...256
  static let lengthRequirement = "a password must have 8 to 256 bytes"

  private let cost: PasswordHash.Parameters
  private let queue = DispatchQueue(label: "passwords", attributes: .concurrent)
  private let turns = FairSemaphore(
    max(1, ProcessInfo.processInfo.activeProcessorCount),
    maximumWaiting: maximumWaiting,
    maximumWaitingPerClient: maximumWaitingPerNetwork
  )
  private let knownNetworks = Mutex(KnownNetworks())
  /// Used if the account does not exist, so that the response takes as long.
  private let decoy: PasswordHash

  init(cost: PasswordHash.Parameters) {
    self.cost = cost
    decoy = PasswordHash(SecureRandom.base32(16), parameters: cost)
  }

  /// Hashes the new password of an existing account.
  ///
  /// Throws `InvalidRequest` if its length is not in ``lengths``.
  func hashNew(_ password: String) async throws -> PasswordHash {
    guard Self.lengths.contains(password.utf8.count) else {
      throw XRPCServerError.invalidRequest(Self.lengthRequirement)
    }
    return try await hash(password)
  }

  /// Throws 503 if too many passwords are being hashed.
  func hash(_ password: String) async throws -> PasswordHash {
    try await perform { [cost] in PasswordHash(password, parameters: cost) }
  }

  /// Whether `stored` is the hash of `password`; false if it is nil.
  func matches(_ password: String, _ stored: PasswordHash?) async throws -> Bool {
    let isMatch = try await perform { [decoy] in (stored ?? decoy).matches(password) }
    guard isMatch, stored != nil else { return false }
    if let network = ClientShare.current {
      knownNetworks.withLock { $0.insert(network) }
    }
    return true
  }

  private func perform<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) async throws -> Value {
    let network = ClientShare.current
    let isKnown = network.map { network in knownNetworks.withLock { $0.contains(network) } }
    return try await turns.run(for: network, isPreferred: isKnown ?? false) {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: work()) }
      }
    }
  }
}

/// Networks that have given a right password, in two generations: when the young one is full, the old
/// one is forgotten.
private struct KnownNetworks {
  private static let generation = 10_000

  private var young: Set<String> = []
  private var old: Set<String> = []

  func contains(_ network: String) -> Bool { young.contains(network) || old.contains(network) }

  mutating func insert(_ network: String) {
    if young.count >= Self.generation {
      old = young
      young = []
    }
    young.insert(network)
  }
}
