import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import Templating
import VerifiedSync
import XRPC
import XRPCServer

/// The admin page, and the same actions as JSON for commands:
///
/// - `GET /admin`: the page, which works without scripts
/// - `POST /admin/forms/…`: the forms of the page
/// - `GET /admin/status`: the figures of `dev.lexgen.index.getStatus`, with those that only operators
///   see
/// - `POST /admin/reindex`, `/admin/resync`, `/admin/backfill`: `{"collection"}`, `{"did"}`, and
///   `{"collection"?}`; the answer is `{}`
///
/// No request with GET changes anything.
struct Administration: Sendable {
  static let paths =
    ["/admin", "/admin/status", stylePath] + AdminForm.allCases.map(\.path)
    + commands.map { "/admin/\($0)" }
  private static let stylePath = "/admin/style.css"
  private static let commands = ["reindex", "resync", "backfill"]

  private static let policy =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    + "frame-ancestors 'none'"

  private let gate: AdminGate
  private let actions: AdminActions
  private let tokens: FormTokens
  private let templates: TemplateLibrary
  private let style: String
  private let styleURL: String

  /// Throws if a template is not valid.
  init(_ gate: AdminGate, _ actions: AdminActions) throws {
    self.gate = gate
    self.actions = actions
    // Forms of pages from before a restart have to be sent again.
    tokens = FormTokens(key: SecureRandom.bytes(32)) { [identity = actions.identity] in
      identity.url
    }
    templates = try TemplateLibrary([
      "page": PackageResources.page_mustache, "style": PackageResources.style_mustache,
    ])
    style = templates.render(TemplateView([:]), with: "style")
    // With the hash in its URL, browsers can cache the style sheet indefinitely.
    let hash = Hex.encode(Array(SHA256.hash(style).bytes.prefix(6)))
    styleURL = "\(Self.stylePath)?v=\(hash)"
  }

  /// Returns nil for paths that are not below `/admin`. Throws 401 unless the request is from the
  /// administrator.
  func respond(to request: Request, _ context: XRPCRequestContext) async throws -> Response? {
    let path = request.uri.path
    guard path == "/admin" || path.hasPrefix("/admin/") else { return nil }
    try await gate.check(
      XRPCContext(nsid: "/admin", verb: request.method, headers: request.headers),
      from: context.client.network
    )
    let request = try await AdminRequest(request)
    // A browser that has the password also sends it with requests from other sites.
    guard
      request.head.method == .get || request.head.method == .head
        || tokens.isFromThisServer(request.head.headerFields, authority: request.head.authority)
    else { throw XRPCServerError.forbidden("the request comes from another site") }
    return try await answer(request)
  }

  private func answer(_ request: AdminRequest) async throws -> Response {
    switch request.path {
    case "/admin", "/admin/":
      try request.check(.get)
      let done = request.parameter("done").flatMap(AdminForm.init)
      return try await page(request, notice: done?.notice)
    case Self.stylePath:
      try request.check(.get)
      return styleSheet
    case "/admin/status":
      try request.check(.get)
      return .json(.object(try await status()))
    case let path where path.hasPrefix("/admin/forms/"):
      guard let form = AdminForm.allCases.first(where: { $0.path == path }) else { break }
      try request.check(.post)
      return try await response(to: form, request)
    case let path where Self.commands.contains(String(path.dropFirst("/admin/".count))):
      try request.check(.post)
      try await perform(String(path.dropFirst("/admin/".count)), request.object())
      return .json(.object([:]))
    default: break
    }
    throw XRPCServerError.notFound("not a path of the administration")
  }
}

// MARK: Commands

extension Administration {
  private func perform(_ command: String, _ input: DataObject) async throws {
    switch command {
    case "reindex": try await actions.reindex(Self.text("collection", of: input))
    case "resync": try await actions.resync(Self.text("did", of: input))
    default: try actions.backfill(input["collection"]?.string)
    }
  }

  private static func text(
    _ name: String,
    of input: DataObject
  ) throws(XRPCServerError) -> String {
    guard let text = input[name]?.string, !text.isEmpty else {
      throw .invalidRequest("missing field: \(name)")
    }
    return text
  }

  private func status() async throws -> DataObject {
    let snapshot = try await actions.status.snapshot()
    let backfill = snapshot.ingest.backfill
    let counters = snapshot.ingest.activity.counters
    var status = try await actions.status.output().dataValue.object ?? DataObject()
    status["connected"] = .boolean(snapshot.ingest.isConnected)
    status["events"] = .integer(counters.events)
    status["lastEventTime"] = counters.lastEventTime.map { .string($0.string) }
    status["resyncs"] = .integer(counters.resyncs)
    var rejections = DataObject()
    for (reason, count) in counters.rejections { rejections[reason.rawValue] = .integer(count) }
    status["rejections"] = .object(rejections)
    status["reindexing"] = .array(
      snapshot.ingest.reindexing.sorted().map { .string($0.string) }
    )
    var progress: DataObject = [
      "known": .integer(backfill.known), "waiting": .integer(backfill.waiting),
      "listed": .boolean(backfill.isListed),
    ]
    progress["secondsLeft"] = backfill.timeLeft.map { .integer(Int($0.components.seconds)) }
    status["backfill"] = .object(progress)
    return status
  }
}

// MARK: Page

extension Administration {
  private func token(_ form: AdminForm) -> String { tokens.token(["admin", form.rawValue]) }

  private func response(to form: AdminForm, _ request: AdminRequest) async throws -> Response {
    guard tokens.isToken(request.entry(FormTokens.field), of: ["admin", form.rawValue]) else {
      return try await page(
        request,
        problem: "The form has expired. Send it again.",
        status: .forbidden
      )
    }
    do {
      try await form.perform(request, actions)
    } catch let error as XRPCServerError where error.status.kind == .clientError {
      return try await page(request, problem: error.message ?? error.name, status: error.status)
    }
    // 303, so that reloading the page does not repeat the change.
    return Response(
      status: .seeOther,
      headers: [.location: "/admin?done=\(form.rawValue)"]
    )
  }

  private func page(
    _ request: AdminRequest,
    notice: String? = nil,
    problem: String? = nil,
    status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    var view = try await AdminView(
      actions,
      after: request.parameter("after"),
      token: token
    ).values
    view["style"] = styleURL
    view["notice"] = notice.map { [$0] } ?? []
    view["problem"] = problem.map { [$0] } ?? []
    let html = templates.render(TemplateView(view), with: "page")
    var headers = PageHeaders.fields(
      Self.policy,
      isSecure: actions.identity.url.hasPrefix("https://")
    )
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
