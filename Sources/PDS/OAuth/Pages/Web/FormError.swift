import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

/// Errors of the domain, for the person at a form.
enum FormError {
  /// What is wrong with what was entered, as a sentence. Returns nil if the error has another cause.
  static func sentence(_ error: any Error) -> String? {
    switch error {
    case let error as SignInError: SignInForm.sentence(error)
    case let error as SyntaxError where error.format == "handle":
      "This is not a valid handle: \(DisplayText.cleaned(error.reason, maximum: 200))."
    case let error as XRPCServerError where error.status.kind == .clientError:
      DisplayText.sentence(error.message ?? error.name)
    case let failure as any XRPCFailure:
      DisplayText.sentence(failure.errorBody.message ?? failure.errorBody.name)
    default: nil
    }
  }
}
