import ATProtoAuth
import HTTPTypes
import XRPCServer

/// Why a page cannot be shown, for the person who wanted to see it.
struct PageProblem: Error, Sendable {
  var status: HTTPResponse.Status
  var title: Phrase
  /// Never contains secrets.
  var text: Phrase
  /// The value of `Allow`.
  var allowed: String?
  /// The value of `Retry-After`, in seconds.
  var retryAfter: Int?

  init(
    _ status: HTTPResponse.Status,
    _ title: Phrase,
    _ text: Phrase,
    allowed: String? = nil,
    retryAfter: Int? = nil
  ) {
    self.status = status
    self.title = title
    self.text = text
    self.allowed = allowed
    self.retryAfter = retryAfter
  }

  static func invalidRequest(_ text: Phrase) -> PageProblem {
    PageProblem(.badRequest, .linkBroken, text)
  }

  static let notAForm = PageProblem(.unsupportedMediaType, .notAForm, .notAFormText)
  static let tooLong = PageProblem(.contentTooLarge, .formTooLong, .formTooLongText)

  static func methodNotAllowed(_ allowed: String) -> PageProblem {
    PageProblem(.methodNotAllowed, .wrongMethod, .wrongMethodText, allowed: allowed)
  }

  /// The form was not sent by a page that this browser got from this server.
  static let foreignForm = PageProblem(.forbidden, .formExpired, .formExpiredText)

  /// Another page embedded this one, or a script fetched it.
  static let embedded = PageProblem(.badRequest, .embedded, .embeddedText)

  static func limited(retryAfter seconds: Int) -> PageProblem {
    PageProblem(
      .tooManyRequests,
      .tooManyAttempts,
      .wait(seconds: seconds),
      retryAfter: seconds
    )
  }

  static let busy = PageProblem(.serviceUnavailable, .busy, .busyText, retryAfter: 5)
  static let internalError = PageProblem(.internalServerError, .failure, .failureText)
}

extension PageProblem {
  /// What an error means for the person. Returns nil if it is a failure of this server.
  init?(_ error: any Error, in language: PageLanguage) {
    switch error {
    case let problem as PageProblem: self = problem
    case let error as AuthorizationPageError:
      guard let problem = PageProblem(error) else { return nil }
      self = problem
    case let error as PageLimitExceeded: self = .limited(retryAfter: error.retryAfter)
    case let error as SignInError:
      self.init(.forbidden, .noAccess, SignInForm.phrase(error))
    case let error as XRPCServerError where error.status == .serviceUnavailable: self = .busy
    case let error as XRPCServerError where error.status == .tooManyRequests:
      self = .limited(retryAfter: 60)
    case let error as XRPCServerError where error.status.kind == .clientError:
      let sentence = FormError.sentence(error, in: language) ?? ""
      self.init(error.status, .didNotWork, .verbatim(sentence))
    default: return nil
    }
  }

  private init?(_ error: AuthorizationPageError) {
    switch error {
    case .unknownRequest, .otherClient: self = .invalidRequest(.requestUnknown)
    case .expired: self = .invalidRequest(.requestExpired)
    case .alreadyUsed: self = .invalidRequest(.requestAnswered)
    case .otherDevice: self = .invalidRequest(.requestElsewhere)
    case .otherAccount: self = .invalidRequest(.requestForAnotherAccount)
    case .client(let error):
      let reason = DisplayText.cleaned(error.reason, maximum: 500)
      self.init(.badRequest, .appUnusable, .appInvalid(reason: reason))
    case .server: return nil
    }
  }
}
