import ATProtoCrypto
import Dispatch
import Synchronization
import XRPC
import XRPCServer

/// Hashes passwords on a thread of its own: the work takes long by intent, and must hold up
/// neither the event loops nor the tasks of other requests.
final class PasswordHasher: Sendable {
  /// More are refused: each takes its time, and callers do not wait for minutes.
  private static let maximumQueueLength = 64

  /// Bytes of a new password; the upper bound keeps the cost of hashing in check.
  static let lengths = 8...256

  private let cost: PasswordHash.Parameters
  private let queue = DispatchQueue(label: "passwords")
  private let queueLength = Mutex(0)
  /// Compared with where there is no account, so that the answer takes as long.
  private let decoy: PasswordHash

  init(cost: PasswordHash.Parameters) {
    self.cost = cost
    decoy = PasswordHash(SecureRandom.base32(16), parameters: cost)
  }

  func hash(_ password: String) async throws -> PasswordHash {
    try await perform { [cost] in PasswordHash(password, parameters: cost) }
  }

  /// Whether `password` is the one of `stored`; never, where that is nil.
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
    if isFull { throw XRPCServerError.notEnoughResources("too many log-ins at once") }
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        let value = work()
        queueLength.withLock { $0 -= 1 }
        continuation.resume(returning: value)
      }
    }
  }
}
