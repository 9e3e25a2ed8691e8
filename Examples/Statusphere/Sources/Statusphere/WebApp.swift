import ATProtoAuth
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import Hummingbird
import OAuthClient
import XRPC
import XRPCClient

/// The pages, and the forms in them.
struct WebApp: Sendable {
  static let callbackPath = "/oauth/callback"
  static let metadataPath = "/oauth-client-metadata.json"

  let oauth: OAuthApp
  let directory: CachingIdentityDirectory
  let board: StatusBoard
  let baseURL: HTTPURL
  let visitors = Visitors()

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: BrowserSafety(baseURL: baseURL))
    router.get("/") { request, _ in try await home(request) }
    router.post("/status") { request, _ in try await setStatus(request) }
    router.post("/login") { request, _ in try await logIn(request) }
    router.post("/logout") { request, context in try await logOut(request, context.logger) }
    router.get("\(Self.callbackPath)") { request, _ in try await finishLogin(request) }
    router.get("\(Self.metadataPath)") { _, _ in
      Response(ClientRegistration.documentContentType, oauth.registration.metadataDocument)
    }
    router.get("/style.css") { _, _ in Response("text/css", PackageResources.style_css) }
    return router
  }

  /// - Parameters:
  ///   - alert: what went wrong with the form that was sent.
  ///   - name: what was typed into the login form.
  func home(_ request: Request, alert: String? = nil, name: String = "") async throws -> Response {
    let latest = await board.latest
    let names = await names(of: Set(latest.map(\.author)))
    let page = HomePage(
      session: try await session(of: request),
      statuses: latest.map { (name: names[$0.author] ?? "\($0.author)", status: $0) },
      alert: alert,
      loginName: name
    )
    return Response(page.html, status: alert == nil ? .ok : .badRequest)
  }

  /// Writes the record into the account's own repository.
  private func setStatus(_ request: Request) async throws -> Response {
    guard let session = try await session(of: request),
      let client = try await oauth.client(for: session.did)
    else { return try await home(request, alert: "Log in to set your status.") }
    let record = XyzStatusphere.Status(
      status: try await form(request)["status"] ?? "",
      createdAt: FormatString(Datetime.now)
    )
    guard record.validate().isEmpty else {
      return try await home(request, alert: "A status is a single emoji.")
    }
    do {
      let created = try await client.comAtproto.repo.createRecord(
        .init(
          repo: FormatString("\(session.did)"),
          collection: FormatString(XyzStatusphere.Status.nsid),
          record: record.dataValue
        )
      )
      // The firehose delivers it too, but perhaps after the next page is shown.
      await board.add(.init(uri: created.uri.string, author: session.did, record: record))
      return .redirect(to: "/")
    } catch {
      return try await home(request, alert: "Your server did not save the status: \(error)")
    }
  }

  /// The handles of accounts, if they are confirmed.
  private func names(of accounts: Set<DID>) async -> [DID: String] {
    await withTaskGroup(of: (DID, Handle?).self) { group in
      for did in accounts {
        group.addTask { (did, try? await directory.identity(of: did).handle) }
      }
      return await group.reduce(into: [:]) { names, found in
        if let handle = found.1, handle != .invalid { names[found.0] = "@\(handle)" }
      }
    }
  }

  func form(_ request: Request) async throws -> FormParameters {
    let body = try await request.body.collect(upTo: 4096)
    return try FormParameters(
      Array(body.readableBytesView),
      contentType: request.headers[.contentType]
    )
  }
}

extension Response {
  init(_ contentType: String, _ bytes: [UInt8], status: HTTPResponse.Status = .ok) {
    self.init(
      status: status,
      headers: [.contentType: contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    )
  }

  init(_ html: HTML, status: HTTPResponse.Status = .ok) {
    self.init("text/html; charset=utf-8", Array(html.markup.utf8), status: status)
  }
}
