import HTTPTypes
import XRPCServer

/// Why a page cannot be shown, for a page of its own.
struct ReviewProblem: Error {
  let status: HTTPResponse.Status
  let title: String
  let text: String
  /// Seconds.
  let retryAfter: String?

  init(_ status: HTTPResponse.Status, _ title: String, _ text: String, retryAfter: String? = nil) {
    self.status = status
    self.title = title
    self.text = text
    self.retryAfter = retryAfter
  }

  /// Returns nil for an error whose reason is not for people at a browser.
  init?(_ error: any Error) {
    switch error {
    case let error as ReviewProblem: self = error
    case let error as XRPCServerError where error.status.kind == .clientError:
      self.init(
        error.status,
        "Something is wrong with the request",
        error.message ?? error.name,
        retryAfter: error.headers[.retryAfter]
      )
    default: return nil
    }
  }

  static let foreignForm = ReviewProblem(
    .forbidden,
    "This form has expired",
    "Reload the page and try again."
  )
  static let embedded = ReviewProblem(
    .forbidden,
    "This page cannot be embedded",
    "Open it in a tab of its own."
  )
  static let notFound = ReviewProblem(
    .notFound,
    "Page not found",
    "There is no page at this URL."
  )
  static let method = ReviewProblem(
    .methodNotAllowed,
    "Something is wrong with the request",
    "The page does not support this method."
  )
  static let internalError = ReviewProblem(
    .internalServerError,
    "Something went wrong",
    "The labeler could not show this page. The reason is in its log."
  )
}
