import ATProtoCrypto
import Dispatch
import Synchronization
import XRPC
import XRPCServer

/// Hashes passwords on its own thread: the work is slow on purpose, and must block neither the
/// event loops nor other requests.
final class PasswordHasher: Sendable {
  /// Further passwords are rejected: each hash takes time, and clients do not wait for minutes.
  private static let maximumQueueLength = 64

  /// The length of a new password, in bytes; the upper bound limits the cost of hashing.
  static let lengths = 8...256
  static let lengthRequirement = "a password must have 8 to 256 bytes"

  private let cost: PasswordHash.Parameters
  private let queue = DispatchQueue(label: "passwords")
  private let queueLength = Mutex(0)
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
    return isMatch && stored != nil
  }

  private func perform<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) async throws -> Value {
    let isFull = queueLength.withLock { length in
      if length >= Self.maximumQueueLength { return true }
      length += 1
      return false
    }
    if isFull {
      throw XRPCServerError.notEnoughResources(
        "too many passwords are being checked; try again later"
      )
    }
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        let value = work()
        queueLength.withLock { $0 -= 1 }
        continuation.resume(returning: value)
      }
    }
  }
}
