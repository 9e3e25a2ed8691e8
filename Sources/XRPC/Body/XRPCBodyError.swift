public import ATProtoData

/// Why a body could not be read.
public enum XRPCBodyError: Error, Hashable, Sendable {
  /// `Content-Type` is missing or not the declared one.
  case contentType(found: String?, expected: String)
  /// The bytes are not what the schema describes; the error names the path and the byte.
  case data(DataError)

  init(contentType found: String?, expected: String) {
    self = .contentType(found: found, expected: expected)
  }

  init(_ error: DataError) {
    self = .data(error)
  }
}

extension XRPCBodyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .contentType(nil, let expected):
      "Content-Type is missing, expected \(expected)"
    case .contentType(let found?, let expected):
      "Content-Type is \(found), expected \(expected)"
    case .data(let error):
      "\(error)"
    }
  }
}
