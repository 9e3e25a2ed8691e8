import HTTPTypes
import XRPCServer

/// Why a page cannot be shown, for a page of its own.
struct ReviewProblem: Error {
  let status: HTTPResponse.Status
  let title: String
  let text: String

  init(_ status: HTTPResponse.Status, _ title: String, _ text: String) {
    self.status = status
    self.title = title
    self.text = text
  }

  /// Returns nil for an error whose reason is not for people at a browser.
  init?(_ error: any Error) {
    switch error {
    case let error as ReviewProblem: self = error
    case let error as XRPCServerError where error.status.kind == .clientError:
      self.init(error.status, "That did not work", error.message ?? error.name)
    default: return nil
    }
  }

  static let foreignForm = ReviewProblem(
    .forbidden,
    "The form is not valid any more",
    "It does not come from a page that you opened here. Open the page again."
  )
  static let embedded = ReviewProblem(
    .forbidden,
    "This page cannot be embedded",
    "Open it in a tab of its own."
  )
  static let notFound = ReviewProblem(
    .notFound,
    "Page not found",
    "There is no page at this address."
  )
  static let method = ReviewProblem(
    .methodNotAllowed,
    "That did not work",
    "The page does not support this method."
  )
  static let internalError = ReviewProblem(
    .internalServerError,
    "Something went wrong",
    "The labeler could not show this page. The reason is in its log."
  )
}
