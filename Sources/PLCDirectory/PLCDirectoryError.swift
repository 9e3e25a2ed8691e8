public import ATProtoSyntax
public import HTTPTypes

/// The reason why a PLC directory rejects a request. Two errors are equal if their statuses are.
public struct PLCDirectoryError: CodedError {
  /// The status of the HTTP response.
  public var status: HTTPResponse.Status
  /// The `message` of the HTTP response.
  public var reason: String

  /// The status, which decides whether errors are equal.
  public var code: HTTPResponse.Status { status }

  init(_ status: HTTPResponse.Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}
