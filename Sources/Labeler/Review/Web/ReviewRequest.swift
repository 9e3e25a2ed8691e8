import ATProtoAuth
import HTTPTypes
import Hummingbird
import NIOCore
import XRPCServer

/// A request for a review page, with its body read.
struct ReviewRequest: Sendable {
  /// A comment of 20,000 bytes, each of which may take three in a form.
  static let maximumFormLength = 96 << 10

  let method: HTTPRequest.Method
  let path: String
  let headers: HTTPFields
  /// The host and port of the request's URL, as the browser sees them unless a proxy changed it.
  let authority: String?
  let query: FormParameters
  /// What follows the `?`, as it is.
  let rawQuery: String
  /// Empty unless the method is POST.
  let form: FormParameters
  let client: RequestClient

  /// Throws ``ReviewProblem`` if the query or the form is not valid, or too long.
  init(_ request: Request, from client: RequestClient) async throws {
    method = request.method
    path = request.uri.path
    headers = request.headers
    authority = request.head.authority
    self.client = client
    rawQuery = request.uri.query ?? ""
    do throws(OAuthError) {
      query = try FormParameters(query: rawQuery)
    } catch {
      throw ReviewProblem(.badRequest, "The link is damaged", error.reason)
    }
    guard method == .post else {
      form = FormParameters()
      return
    }
    let type = request.headers[.contentType]?.prefix { $0 != ";" }.lowercased()
    guard type == "application/x-www-form-urlencoded" else {
      throw ReviewProblem(.unsupportedMediaType, "That is not a form", "Use the forms of the page.")
    }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Self.maximumFormLength)
    } catch is NIOTooManyBytesError {
      throw ReviewProblem(.contentTooLarge, "The form is too long", "Shorten your text.")
    }
    do throws(OAuthError) {
      form = try FormParameters(form: Array(body.readableBytesView))
    } catch {
      throw ReviewProblem(.badRequest, "The form is damaged", error.reason)
    }
  }

  /// A field of the form, without white space around it; nil if it is empty.
  func text(_ name: String) -> String? {
    guard let text = form[name] else { return nil }
    var trimmed = text.drop(while: \.isWhitespace)
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// The words of a field of the form, separated by spaces or commas.
  func words(_ name: String) -> [String] {
    (form[name] ?? "").split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// A number in a field of the form; nil if it is empty.
  ///
  /// Throws ``ReviewProblem`` if the field has other text.
  func number(_ name: String) throws(ReviewProblem) -> Int? {
    guard let text = text(name) else { return nil }
    guard let number = Int(text), number > 0 else {
      throw ReviewProblem(
        .badRequest,
        "“\(name)” must be a number",
        "Enter a whole number of hours."
      )
    }
    return number
  }
}
