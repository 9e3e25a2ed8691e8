import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import XRPCAsyncHTTPClient

/// Fills in the forms of the server's pages, as the account owner's browser does: it keeps cookies,
/// posts forms with their hidden fields, and follows redirects within the server.
///
/// It reads the pages of our own server, not any HTML.
struct OwnerBrowser {
  private struct Form {
    var action: String
    var fields: [String: String]
    var buttons: [String]
  }

  /// A place that the browser was sent to outside of the server, or a page.
  enum Place {
    case page(String)
    case elsewhere(String)
  }

  private static let maximumPageBytes = 1 << 20

  private let transport = AsyncHTTPClientTransport.shared
  private var cookies: [String: String] = [:]
  private var url: HTTPURL
  private var page = ""

  /// - Parameter url: the page to open.
  init(_ url: HTTPURL) {
    self.url = url
  }

  /// Opens the page.
  mutating func open() async throws {
    guard case .page = try await load(url.request(), nil) else {
      throw ScenarioFailure(step: "open \(url)", reason: "the server redirected elsewhere")
    }
  }

  /// Presses the button with this label, after filling in fields of its form.
  mutating func press(_ label: String, _ values: [String: String] = [:]) async throws -> Place {
    guard let form = forms.first(where: { $0.buttons.contains(label) }),
      let target = url.resolving(form.action)
    else {
      throw ScenarioFailure(step: "press \(label)", reason: "there is no such button on \(url)")
    }
    var body: [UInt8] = []
    let fields = form.fields.merging(values) { $1 }.sorted { $0.key < $1.key }
    for (name, value) in fields {
      if !body.isEmpty { body.append(UInt8(ascii: "&")) }
      PercentEncoding.append(name, to: &body)
      body.append(UInt8(ascii: "="))
      PercentEncoding.append(value, to: &body)
    }
    url = target
    let request = url.request(.post, [.contentType: "application/x-www-form-urlencoded"])
    return try await load(request, body)
  }

  private mutating func load(_ request: HTTPRequest, _ body: [UInt8]?) async throws -> Place {
    var request = request
    var body = body
    for _ in 0..<5 {
      if !cookies.isEmpty {
        request.headerFields[.cookie] = cookies.map { "\($0)=\($1)" }.sorted()
          .joined(separator: "; ")
      }
      let response = try await transport.send(
        request,
        body: body,
        options: TransportOptions(maximumResponseBytes: Self.maximumPageBytes)
      )
      keepCookies(response.head)
      guard response.head.status.kind == .redirection,
        let location = response.head.headerFields[.location]
      else {
        page = String(decoding: response.body, as: UTF8.self)
        guard response.head.status == .ok else {
          throw ScenarioFailure(
            step: "load \(url)",
            reason: "status \(response.head.status.code): \(page.prefix(500))"
          )
        }
        return .page(page)
      }
      guard let next = url.resolving(location), next.origin == url.origin else {
        return .elsewhere(location)
      }
      url = next
      request = url.request()
      body = nil
    }
    throw ScenarioFailure(step: "load \(url)", reason: "too many redirects")
  }

  private mutating func keepCookies(_ head: HTTPResponse) {
    for cookie in head.headerFields[values: .setCookie] {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
    }
  }

  private var forms: [Form] {
    page.matches(of: /<form\s([^>]*)>(.*?)<\/form>/.dotMatchesNewlines()).map { match in
      var form = Form(action: Self.attribute("action", of: match.1), fields: [:], buttons: [])
      for input in match.2.matches(of: /<input\s([^>]*)>/)
      where Self.attribute("type", of: input.1) == "hidden" {
        form.fields[Self.attribute("name", of: input.1)] = Self.attribute("value", of: input.1)
      }
      form.buttons = match.2.matches(of: /<button[^>]*>([^<]*)<\/button>/).map { String($0.1) }
      return form
    }
  }

  private static func attribute(_ name: String, of tag: Substring) -> String {
    guard let start = tag.firstRange(of: "\(name)=\"")?.upperBound,
      let end = tag[start...].firstIndex(of: "\"")
    else { return "" }
    return String(tag[start..<end])
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
      .replacing("&#x2F;", with: "/").replacing("&#x3D;", with: "=")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
  }
}
