import ATProtoData
import HTTPTypes

extension XRPCServerError {
  /// What a client is told of `error`. Errors we know nothing of become a bare 500: their text
  /// may name files, queries or keys.
  init(describing error: any Error) {
    switch error {
    case let error as XRPCServerError: self = error
    case let failure as any XRPCFailure: self.init(failure, status: .badRequest)
    case let error as ParameterError: self = .invalidRequest("\(error)")
    case let error as XRPCBodyError: self.init(error)
    case is CancellationError: self = .notEnoughResources("the request was cancelled")
    default: self = .internalServerError
    }
  }

  private init(_ error: XRPCBodyError) {
    switch error {
    case .contentType: self = .unsupportedMediaType("\(error)")
    case .data(let error): self = .invalidRequest("input: \(error)")
    }
  }

  /// The refusal of a well-formed value that breaks constraints; nil where it breaks none.
  init?(_ violations: [Violation], in part: String) {
    guard !violations.isEmpty else { return nil }
    self = .invalidRequest("\(part): \(violations.summary)")
  }
}

extension [Violation] {
  /// The first few with their paths: enough to act on, where a hostile input could break thousands.
  var summary: String {
    let shown = prefix(8).map { violation in
      violation.path.isEmpty
        ? violation.message : "\(DataPath.excerpt(violation.path)): \(violation.message)"
    }
    let rest = count - shown.count
    return shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
  }
}
