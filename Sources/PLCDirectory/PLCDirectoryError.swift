public import ATProtoSyntax
public import HTTPTypes

/// Why a directory refuses a request. Equal by status.
public struct PLCDirectoryError: CodedError {
  public var status: HTTPResponse.Status
  public var reason: String

  /// The status: errors are equal if they answer with the same.
  public var code: HTTPResponse.Status { status }

  init(_ status: HTTPResponse.Status, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}
