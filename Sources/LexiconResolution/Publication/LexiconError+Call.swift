import ATProtoHTTP
import XRPC

extension LexiconError {
  /// The failure of a call as the account.
  init<Failure: XRPCFailure>(_ error: XRPCError<Failure>, doing attempt: String) {
    switch error {
    case .failure(let failure, let status):
      self.init(failure.errorBody, status, doing: attempt)
    case .transport(let error):
      let code: Code =
        switch error.code {
        case .sessionEnded: .notLoggedIn
        case .refusedAddress: .addressRefused
        default: .fetchFailed
        }
      // Without a response, it is not known whether the server carried the call out.
      let advice = code == .fetchFailed ? "; run the command again" : ""
      self.init(code, "\(attempt): \(error)\(advice)")
    case .protocolViolation(let error):
      let isTemporary = error.status.map { $0 == 429 || $0 >= 500 } ?? true
      self.init(isTemporary ? .fetchFailed : .repoUnavailable, "\(attempt): \(error)")
    }
  }

  private init(_ body: XRPCErrorBody, _ status: Int, doing attempt: String) {
    let code: Code =
      switch (status, body.name) {
      case (401, _), (_, "ExpiredToken"), (_, "InvalidToken"): .notLoggedIn
      case (429, _), (500..., _), (_, "InvalidSwap"): .fetchFailed
      default: .repoUnavailable
      }
    let advice =
      switch (status, body.name) {
      case (_, "InvalidSwap"): "; the repository changed meanwhile, so run the command again"
      case _ where code == .notLoggedIn: "; log in again"
      case (403, _): "; log in with a scope that allows repo:\(LexiconResolver.collection)"
      case (413, _): "; publish fewer documents at once"
      default: ""
      }
    self.init(code, "\(attempt): \(body) (status \(status))\(advice)")
  }
}
