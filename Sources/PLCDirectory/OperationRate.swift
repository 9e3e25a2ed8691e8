import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes

/// Limits the rate of operations on one identity, with the limits and the status of
/// did-method-plc's server.
struct OperationRate {
  private static let limits: [(name: String, seconds: Int64, count: Int)] = [
    ("week", 7 * 86_400, 100), ("day", 86_400, 30), ("hour", 3600, 10),
  ]

  /// Counts the operations that are not nullified. Recoveries must be exempt: otherwise an attacker
  /// with a stolen key could use up the limit and prevent the owner from recovering.
  static func check(_ log: PLCLog, at time: Datetime) throws(PLCDirectoryError) {
    for limit in limits {
      let start = time.instant.seconds - limit.seconds
      let count = log.activeEntries.count { $0.createdAt.instant.seconds > start }
      guard count < limit.count else {
        throw PLCDirectoryError(
          .badRequest,
          "more than \(limit.count) operations in the last \(limit.name); try again later"
        )
      }
    }
  }
}
