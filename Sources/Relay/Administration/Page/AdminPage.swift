import ATProtoCrypto
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import Templating
import XRPCServer

/// The page on which an administrator sees and changes what the relay does. It works without scripts,
/// and no request with GET changes anything.
struct AdminPage: Sendable {
  static let paths = [stylePath] + AdminForm.allCases.map(\.path)
  private static let stylePath = "/admin/style.css"

  private static let policy =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    + "frame-ancestors 'none'"

  let actions: AdminActions
  let siblings: SiblingRelays
  private let templates: TemplateLibrary
  private let style: String
  private let styleURL: String

  /// Throws if a template is not valid.
  init(_ actions: AdminActions, siblings: SiblingRelays) throws {
    self.actions = actions
    self.siblings = siblings
    templates = try TemplateLibrary([
      "admin": PackageResources.admin_mustache, "style": PackageResources.style_mustache,
    ])
    style = templates.render(TemplateView([:]), with: "style")
    // With the hash in its URL, browsers can cache the style sheet indefinitely.
    let hash = Hex.encode(Array(SHA256.hash(style).bytes.prefix(6)))
    styleURL = "\(Self.stylePath)?v=\(hash)"
  }

  /// Answers an administrator's request; nil for a path of the API.
  func response(to request: AdminRequest) async throws -> Response? {
    let path = (request.head.path ?? "").prefix { $0 != "?" }
    switch path {
    case "/admin":
      return Response(status: .permanentRedirect, headers: [.location: "/admin/"])
    case "/admin/":
      try Self.check(request, .get)
      let done = request.optionalParameter("done").flatMap(AdminForm.init)
      return try await page(notice: done?.notice)
    case Self.stylePath[...]:
      try Self.check(request, .get)
      return styleSheet
    default:
      guard let form = AdminForm.allCases.first(where: { $0.path == path }) else { return nil }
      try Self.check(request, .post)
      return try await response(to: form, request)
    }
  }

  private func response(to form: AdminForm, _ request: AdminRequest) async throws -> Response {
    do {
      try await form.perform(request, actions)
      siblings.forward(try form.forwarded(request))
    } catch let error as XRPCServerError where error.status.kind == .clientError {
      return try await page(problem: error.message ?? error.name, status: error.status)
    }
    // 303, so that reloading the page does not repeat the change.
    return Response(
      status: .seeOther,
      headers: [.location: "/admin/?done=\(form.rawValue)"]
    )
  }

  private static func check(
    _ request: AdminRequest,
    _ method: HTTPRequest.Method
  ) throws(XRPCServerError) {
    guard request.head.method == method || (method == .get && request.head.method == .head) else {
      throw .methodNotAllowed("use \(method.rawValue)", allowed: method.rawValue)
    }
  }

  private func page(
    notice: String? = nil,
    problem: String? = nil,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    var view = try await AdminView(actions).values
    view["style"] = styleURL
    view["notice"] = notice.map { [$0] } ?? []
    view["problem"] = problem.map { [$0] } ?? []
    let html = templates.render(TemplateView(view), with: "admin")
    var headers = PageHeaders.fields(Self.policy, isSecure: false)
    headers[.contentType] = "text/html; charset=utf-8"
    return Response(
      status: status,
      headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: html))
    )
  }

  private var styleSheet: Response {
    Response(
      status: .ok,
      headers: [
        .contentType: "text/css; charset=utf-8",
        .cacheControl: "private, max-age=31536000, immutable",
        .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(string: style))
    )
  }
}
