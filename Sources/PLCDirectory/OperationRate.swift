import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes

/// How many operations on one identity are taken in a time: the figures and the status of
/// did-method-plc's server.
struct OperationRate {
  private static let limits: [(name: String, seconds: Int64, count: Int)] = [
    ("week", 7 * 86_400, 100), ("day", 86_400, 30), ("hour", 3600, 10),
  ]

  /// Counts the operations in force. Not to be asked of recoveries: somebody who stole a key could
  /// otherwise use up the allowance, and keep its owner from acting.
  static func check(_ log: PLCLog, at time: Datetime) throws(PLCDirectoryError) {
    for limit in limits {
      let start = time.instant.seconds - limit.seconds
      let count = log.activeEntries.count { $0.createdAt.instant.seconds > start }
      guard count < limit.count else {
        throw PLCDirectoryError(
          .badRequest,
          "more than \(limit.count) operations within the last \(limit.name)"
        )
      }
    }
  }
}
