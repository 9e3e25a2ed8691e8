import ATProtoSyntax
import HTTPTypes
import XRPC
import XRPCServer

/// Something is wrong with what a person entered.
struct FormProblem: Error {
  var phrase: Phrase

  init(_ phrase: Phrase) {
    self.phrase = phrase
  }
}

/// Errors, for the person at a form.
enum FormError {
  /// What is wrong with what was entered. Returns nil if the error has another cause.
  static func sentence(_ error: any Error, in language: PageLanguage) -> String? {
    switch error {
    case let error as FormProblem: language(error.phrase)
    case let error as SignInError: language(SignInForm.phrase(error))
    case let error as SyntaxError where error.format == "handle":
      language(.invalidHandle(reason: DisplayText.cleaned(error.reason, maximum: 200)))
    case let error as XRPCServerError where error.status.kind == .clientError:
      sentence(error.name, error.message, language)
    case let failure as any XRPCFailure:
      sentence(failure.errorBody.name, failure.errorBody.message, language)
    default: nil
    }
  }

  /// The messages of the domain are in English, and more precise than what their names say.
  private static func sentence(
    _ name: String,
    _ message: String?,
    _ language: PageLanguage
  ) -> String {
    let sentence = DisplayText.sentence(message ?? name)
    if language == .english { return sentence }
    return switch name {
    case "HandleNotAvailable": language(.handleTaken)
    case "InvalidInviteCode": language(.inviteInvalid)
    case "InvalidToken": language(.codeInvalid)
    case "ExpiredToken": language(.codeExpired)
    case "InvalidPassword": language(.passwordLength)
    case _ where message == PasswordHasher.lengthRequirement: language(.passwordLength)
    default: language(.failed(reason: sentence))
    }
  }
}
