import HTTPTypes
import ServiceKit
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
