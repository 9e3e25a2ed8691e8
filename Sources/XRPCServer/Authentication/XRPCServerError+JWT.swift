import ATProtoAuth
import HTTPTypes
import XRPC

extension XRPCServerError {
  /// Why a service token was refused, by the names that deployed clients know.
  init(_ error: JWTError) {
    let name =
      switch error.code {
      case .wrongType: "BadJwtType"
      case .expired: "JwtExpired"
      case .wrongAudience: "BadJwtAudience"
      case .wrongMethod: "BadJwtLexiconMethod"
      case .wrongIssuer: "BadJwtIss"
      case .badSignature, .algorithmNotAllowed: "BadJwtSignature"
      default: "BadJwt"
      }
    self.init(status: .unauthorized, name: name, message: error.reason)
  }
}
