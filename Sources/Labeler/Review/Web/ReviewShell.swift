import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import Templating

/// The templates of the review page.
enum ReviewTemplate: String, Sendable {
  case layout, style, queue, subject, team, login, message

  static func library() throws -> TemplateLibrary {
    try TemplateLibrary([
      layout.rawValue: PackageResources.layout_mustache,
      style.rawValue: PackageResources.style_mustache,
      queue.rawValue: PackageResources.queue_mustache,
      subject.rawValue: PackageResources.subject_mustache,
      team.rawValue: PackageResources.team_mustache,
      login.rawValue: PackageResources.login_mustache,
      message.rawValue: PackageResources.message_mustache,
    ])
  }
}

/// The content of a page, ready to be laid out.
struct ReviewPage: Sendable {
  var title: String
  var template: ReviewTemplate
  var values: [String: any TemplateValue]
  var status = HTTPResponse.Status.ok
  var policy = PagePolicy.pages
  /// The moderator, for the header; nil if nobody is logged in.
  var visitor: ReviewVisitor?
}

/// Turns pages into responses, with the layout and the header fields that all share.
struct ReviewShell: Sendable {
  static let stylePath = "/review/style.css"

  let url: PublicURL
  private let templates: TemplateLibrary
  private let style: String
  private let styleURL: String

  /// Throws if a template is not valid.
  init(_ url: PublicURL) throws {
    self.url = url
    templates = try ReviewTemplate.library()
    style = templates.render(TemplateView([:]), with: ReviewTemplate.style.rawValue)
    // With the hash in its URL, browsers can cache the style sheet indefinitely.
    let hash = Hex.encode(Array(SHA256.hash(style).bytes.prefix(6)))
    styleURL = "\(Self.stylePath)?v=\(hash)"
  }

  func response(_ page: ReviewPage) -> Response {
    let content = templates.render(TemplateView(page.values), with: page.template.rawValue)
    let html = templates.render(
      TemplateView([
        "title": page.title,
        "style": styleURL,
        "content": content,
        "visitor": page.visitor.map { [$0.view] } ?? [],
      ]),
      with: ReviewTemplate.layout.rawValue
    )
    var response = Response(
      status: page.status,
      headers: headers(page.policy),
      body: ResponseBody(byteBuffer: ByteBuffer(string: html))
    )
    response.headers[.contentType] = "text/html; charset=utf-8"
    return response
  }

  func response(_ problem: ReviewProblem, _ visitor: ReviewVisitor? = nil) -> Response {
    var response = response(
      ReviewPage(
        title: problem.title,
        template: .message,
        values: ["title": problem.title, "text": problem.text],
        status: problem.status,
        visitor: visitor
      )
    )
    response.headers[.retryAfter] = problem.retryAfter
    return response
  }

  /// 303, so that a form is followed by GET, and reloading the page does not repeat it.
  func redirect(to url: String) -> Response {
    var response = Response(status: .seeOther, headers: headers(.pages))
    response.headers[.location] = url
    return response
  }

  var styleSheet: Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "text/css; charset=utf-8",
        .cacheControl: "public, max-age=31536000, immutable",
        .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(string: style))
    )
  }

  private func headers(_ policy: PagePolicy) -> HTTPFields {
    PageHeaders.fields(policy.value(images: []), isSecure: url.isSecure)
  }
}
