public import HTTPTypes

/// The reason a PLC directory rejects a request. Two errors are equal if their statuses are.
public struct PLCDirectoryError: Error, Sendable {
  /// The status of the HTTP response.
  public var status: HTTPResponse.Status
  /// The `message` of the HTTP response.
  public var reason: String

  init(_ status: HTTPResponse.Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

extension PLCDirectoryError: Hashable {
  /// Compares the statuses.
  public static func == (lhs: PLCDirectoryError, rhs: PLCDirectoryError) -> Bool {
    lhs.status == rhs.status
  }

  /// Hashes the status.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
  }
}

extension PLCDirectoryError: CustomStringConvertible {
  /// The reason.
  public var description: String { reason }
}
