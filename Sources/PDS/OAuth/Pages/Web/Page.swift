import ATProtoHTTP
import HTTPTypes
import Templating

/// The content of a page, ready to be laid out.
struct Page {
  var title: String
  var language: PageLanguage
  var template: PageTemplates
  var view: TemplateView
  var status = HTTPResponse.Status.ok
  /// Whether the page has lists of things rather than a form.
  var isWide = false
  var policy = PagePolicy.pages
  var retryAfter: Int?
  var allowed: String?
}

/// What a page may load and where its forms may lead, beside the server itself.
struct PagePolicy: Hashable, Sendable {
  /// https URLs of logos.
  var images: [String] = []
  /// Whether the result of a form may lead to another site. Chromium applies `form-action` to
  /// redirects, too, and to those that follow them, so the directive has to be left out then.
  var leavesServer = false
  /// Whether the page sends its form by itself, with the script of ``PageShell``.
  var submits = false

  /// Forms stay on this server.
  static let pages = PagePolicy()
  /// Forms may lead to an app.
  static let authorization = PagePolicy(leavesServer: true)
  /// The form leads to an app, without a click where scripts run.
  static let formPost = PagePolicy(leavesServer: true, submits: true)

  /// The value of `Content-Security-Policy`.
  ///
  /// - Parameters:
  ///   - images: origins of further images.
  ///   - script: the URL of the only script; not `'self'`, because accounts can upload scripts to
  ///     this server as blobs.
  func value(images: [String], script: String? = nil) -> String {
    let origins = (self.images + images).compactMap(Self.origin)
    return [
      "default-src 'none'", "style-src 'self'",
      submits ? script.map { "script-src " + $0 } : nil,
      "img-src 'self'" + Set(origins).sorted().map { " " + $0 }.joined(),
      "base-uri 'none'", leavesServer ? nil : "form-action 'self'", "frame-ancestors 'none'",
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func origin(_ url: String) -> String? { HTTPURL(url)?.origin }
}
