public import HTTPTypes

/// The reason a PLC directory rejects a request. Two errors are equal if their statuses are.
public struct PLCDirectoryError: Error, Sendable {
  public var status: HTTPResponse.Status
  public var reason: String

  init(_ status: HTTPResponse.Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

extension PLCDirectoryError: Hashable {
  public static func == (lhs: PLCDirectoryError, rhs: PLCDirectoryError) -> Bool {
    lhs.status == rhs.status
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(status)
  }
}

extension PLCDirectoryError: CustomStringConvertible {
  public var description: String { reason }
}
