import HTTPTypes

/// Why a page cannot be shown, for the person who wanted to see it.
struct PageProblem: Error, Sendable {
  var status: HTTPResponse.Status
  var title: String
  /// Sentences. They never contain secrets.
  var text: String
  /// The value of `Allow`.
  var allowed: String?
  /// The value of `Retry-After`, in seconds.
  var retryAfter: Int?

  init(
    _ status: HTTPResponse.Status,
    _ title: String,
    _ text: String,
    allowed: String? = nil,
    retryAfter: Int? = nil
  ) {
    self.status = status
    self.title = title
    self.text = text
    self.allowed = allowed
    self.retryAfter = retryAfter
  }

  static func invalidRequest(_ text: String) -> PageProblem {
    PageProblem(.badRequest, "This link does not work", text)
  }

  static let notAForm = PageProblem(
    .unsupportedMediaType,
    "This form cannot be read",
    "The server reads forms of this page only. Go back and try again."
  )

  static let tooLong = PageProblem(
    .contentTooLarge,
    "This form is too long",
    "Shorten what you entered, and try again."
  )

  static func methodNotAllowed(_ allowed: String) -> PageProblem {
    PageProblem(
      .methodNotAllowed,
      "This page does not work that way",
      "Open the page again and use its buttons.",
      allowed: allowed
    )
  }

  /// The form was not sent by a page that this browser got from this server.
  static let foreignForm = PageProblem(
    .forbidden,
    "This form has expired",
    """
    For your safety, nothing was changed. Go back, reload the page, and try again. If that does not \
    help, allow cookies for this site.
    """
  )

  /// Another page embedded this one, or a script fetched it.
  static let embedded = PageProblem(
    .badRequest,
    "Open this page by itself",
    "This page cannot be shown within another one. Open it in a tab of its own."
  )

  static func limited(retryAfter seconds: Int) -> PageProblem {
    PageProblem(
      .tooManyRequests,
      "Too many attempts",
      "Wait \(DisplayTime.duration(seconds)), and try again.",
      retryAfter: seconds
    )
  }

  static let busy = PageProblem(
    .serviceUnavailable,
    "The server is busy",
    "Try again in a moment.",
    retryAfter: 5
  )

  static let internalError = PageProblem(
    .internalServerError,
    "Something went wrong",
    "The server could not do that. Try again later."
  )
}
