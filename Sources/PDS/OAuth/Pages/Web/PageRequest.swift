import ATProtoAuth
import HTTPTypes
import Hummingbird
import NIOCore
import XRPCServer

/// A request for a page, with its body read.
struct PageRequest: Sendable {
  /// Bytes of a form: a password manager sends a few hundred.
  static let maximumFormLength = 64 << 10

  var method: HTTPRequest.Method
  var path: String
  var headers: HTTPFields
  /// The host and port of the request's URL, as the browser sees them unless a proxy changed it.
  var authority: String?
  var query: FormParameters
  /// Empty unless the method is POST.
  var form: FormParameters
  var client: PageClient
  var languages: PageLanguages

  /// The language of pages that no app has a say in.
  var language: PageLanguage { languages.page }

  /// Reads a request.
  ///
  /// Throws ``PageProblem`` if the query or the form is not valid, too long, or has a name twice.
  init(_ request: Request, from client: RequestClient) async throws {
    method = request.method
    path = request.uri.path
    headers = request.headers
    authority = request.head.authority
    self.client = PageClient(client, request.headers)
    languages = PageLanguages(request.headers)
    do throws(OAuthError) {
      query = try FormParameters(query: request.uri.query ?? "")
    } catch {
      throw PageProblem.invalidRequest(.linkDamaged(reason: error.reason))
    }
    guard method == .post else {
      form = FormParameters()
      return
    }
    guard Self.isForm(request.headers[.contentType]) else { throw PageProblem.notAForm }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: Self.maximumFormLength)
    } catch is NIOTooManyBytesError {
      throw PageProblem.tooLong
    }
    do throws(OAuthError) {
      form = try FormParameters(form: Array(body.readableBytesView))
    } catch {
      throw PageProblem.invalidRequest(.formDamaged(reason: error.reason))
    }
  }

  private static func isForm(_ contentType: String?) -> Bool {
    let type = contentType?.prefix { $0 != ";" }.lowercased()
    return type?.trimmingSpaces == "application/x-www-form-urlencoded"
  }

  /// A field of the form, without white space around it; nil if it is empty.
  func text(_ name: String) -> String? {
    guard let text = form[name]?.trimmingSpaces, !text.isEmpty else { return nil }
    return text
  }
}

extension String {
  /// Without white space at both ends, which keyboards of telephones add after a word.
  fileprivate var trimmingSpaces: String {
    let isSpace: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
    var scalars = Substring(self).unicodeScalars
    while let first = scalars.first, isSpace(first) { scalars.removeFirst() }
    while let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(scalars)
  }
}
