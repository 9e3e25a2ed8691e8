import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import Templating
import XRPCServer

/// Turns pages into responses, with the layout, the cookies, and the header fields that all share.
struct PageShell: Sendable {
  static let stylePath = "/oauth/style.css"
  /// The path that `formPost.mustache` names.
  static let scriptPath = "/oauth/continue.js"

  let brand: PageBrand
  let baseURL: ServiceBaseURL
  let logger: Logger
  private let templates: TemplateLibrary
  private let style: String
  private let styleURL: String

  init(_ brand: PageBrand, baseURL: ServiceBaseURL, logger: Logger) throws {
    self.brand = brand
    self.baseURL = baseURL
    self.logger = logger
    templates = try PageTemplates.library()
    style = templates.render(
      TemplateView([
        "brand": brand.colors.primary,
        "onBrand": brand.colors.onPrimary,
        "error": brand.colors.error,
        "warning": brand.colors.warning,
        "success": brand.colors.success,
      ]),
      with: PageTemplates.style.rawValue
    )
    // With the hash in its URL, browsers can cache the style sheet indefinitely.
    let hash = Hex.encode(Array(SHA256.hash(style).bytes.prefix(6)))
    styleURL = "\(Self.stylePath)?v=\(hash)"
  }

  private var isSecure: Bool { baseURL.url.hasPrefix("https://") }

  func response(_ page: Page, _ device: BrowserDevice? = nil) -> Response {
    let content = templates.render(page.view, with: page.template.rawValue)
    let html = templates.render(
      TemplateView([
        "language": page.language.tag,
        "skip": page.language(.skipToContent),
        "title": page.title,
        "server": brand.name,
        "style": styleURL,
        "isWide": page.isWide,
        "logo": brand.logo.map { [$0] } ?? [],
        "content": content,
        "links": brand.links.map {
          TemplateView(["label": page.language($0.label), "url": $0.url])
        },
      ]),
      with: PageTemplates.layout.rawValue
    )
    var response = response(
      page.status,
      html,
      page.policy.value(
        images: [brand.logo].compactMap(\.self),
        script: baseURL.url + Self.scriptPath
      ),
      device
    )
    response.headers[.contentLanguage] = page.language.tag
    response.headers[.retryAfter] = page.retryAfter.map(String.init)
    response.headers[.allow] = page.allowed
    return response
  }

  func response(_ outcome: PageOutcome) -> Response {
    switch outcome {
    case .page(let page, let device): response(page, device)
    case .redirect(let url, let device): redirect(to: url, device)
    }
  }

  /// A page about an error. The reason of a failure of this server is only logged.
  func response(_ error: any Error, in language: PageLanguage) -> Response {
    let problem = PageProblem(error, in: language)
    if problem == nil { logger.error("cannot show a page", metadata: ["error": "\(error)"]) }
    return response(problem ?? .internalError, in: language)
  }

  private func response(_ problem: PageProblem, in language: PageLanguage) -> Response {
    var page = MessagePage(title: language(problem.title), lead: [language(problem.text)])
      .page(in: language)
    page.status = problem.status
    page.retryAfter = problem.retryAfter
    page.allowed = problem.allowed
    return response(page)
  }

  /// 303, so that a form is followed by GET. Statuses 307 and 308 would send the password on.
  func redirect(to url: String, _ device: BrowserDevice? = nil) -> Response {
    var response = response(.seeOther, "", PagePolicy.authorization.value(images: []), device)
    response.headers[.contentType] = nil
    response.headers[.location] = url
    return response
  }

  private func response(
    _ status: HTTPResponse.Status,
    _ html: String,
    _ policy: String,
    _ device: BrowserDevice?
  ) -> Response {
    var headers = PageHeaders.fields(policy, isSecure: isSecure)
    headers[.contentType] = "text/html; charset=utf-8"
    if let device, device.isRenewed {
      headers[values: .setCookie] = device.cookies.fields(
        lifetime: BrowserDevices.lifetime,
        isSecure: isSecure
      )
    }
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: html))
    )
  }

  /// A file to save.
  ///
  /// - Parameter name: of the file; without quotation marks.
  func download(
    _ stream: ByteStream,
    name: String,
    contentType: String,
    _ device: BrowserDevice
  ) -> Response {
    var response = response(.ok, "", PagePolicy.pages.value(images: []), device)
    response.headers[.contentType] = contentType
    response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    response.body = ResponseBody(stream, logger)
    return response
  }

  func styleSheet() -> Response {
    asset(style, "text/css", cacheControl: "public, max-age=31536000, immutable")
  }

  /// Sends the form of ``FormPostPage``.
  func script() -> Response {
    asset(
      "document.forms[0].submit();\n",
      "text/javascript",
      cacheControl: "public, max-age=3600"
    )
  }

  private func asset(_ text: String, _ type: String, cacheControl: String) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "\(type); charset=utf-8",
        .cacheControl: cacheControl,
        .xContentTypeOptions: "nosniff",
        .crossOriginResourcePolicy: "same-origin",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text))
    )
  }
}
