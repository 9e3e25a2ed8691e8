import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import Foundation
import HTTPTypes
import PDS
import Synchronization
import Testing
import XRPC

/// A browser without scripts: keeps cookies and submits the forms of pages.
final class TestBrowser: Sendable {
  let server: TestServer
  let cookies = Mutex<[String: String]>([:])
  let fields: HTTPFields
  let address: String?

  init(
    _ server: TestServer,
    fields: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"],
    address: String? = "192.0.2.1"
  ) {
    self.server = server
    self.fields = fields
    self.address = address
  }

  func request(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ extra: HTTPFields = [:],
    body: [UInt8] = []
  ) async throws -> TestPage {
    var fields = fields
    fields.append(contentsOf: extra)
    let cookies = cookies.withLock { $0 }
    if !cookies.isEmpty {
      fields[.cookie] = cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ")
    }
    let response = try await server.web(method, path, fields, body: body, from: address)
    for cookie in response.head.headerFields[values: .setCookie] {
      let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
      self.cookies.withLock { $0[pair[0]] = pair[1] }
    }
    return TestPage(url: path, response: response)
  }

  func get(_ path: String, _ extra: HTTPFields = [:]) async throws -> TestPage {
    try await request(.get, path, extra)
  }

  /// Sends the form with a button, without following a redirect.
  func submit(
    _ page: TestPage,
    _ button: String,
    _ values: [String: String] = [:],
    _ extra: HTTPFields = [:]
  ) async throws -> TestPage {
    let form = try #require(page.forms.first { $0.button.hasPrefix(button) }, "\(page.text)")
    var fields = extra
    fields[.contentType] = "application/x-www-form-urlencoded"
    let body = FormParameters(form.hidden.merging(values) { $1 }).form
    return try await request(.post, form.action, fields, body: body)
  }

  /// Sends a form, and opens the page of this server to which it redirects.
  func press(
    _ page: TestPage,
    _ button: String,
    _ values: [String: String] = [:]
  ) async throws -> TestPage {
    let answer = try await submit(page, button, values)
    guard let location = answer.location, location.hasPrefix("/") else { return answer }
    #expect(answer.response.head.status == .seeOther)
    return try await get(location)
  }

  /// Opens a pushed request.
  func open(_ pushed: HTTPTransportResponse, _ client: OAuthTestClient) async throws -> TestPage {
    try await get(Self.url(pushed, client))
  }

  static func url(_ pushed: HTTPTransportResponse, _ client: OAuthTestClient) throws -> String {
    let uri = try #require(try pushed.value["request_uri"]?.string, "\(pushed.text)")
    let query = FormParameters(["client_id": client.id, "request_uri": uri]).form
    return "/oauth/authorize?" + String(decoding: query, as: UTF8.self)
  }

  func signIn(
    _ page: TestPage,
    _ name: String = "alice.test",
    password: String = SessionTests.password,
    isRemembered: Bool = false
  ) async throws -> TestPage {
    var values = ["identifier": name, "password": password]
    if isRemembered { values["remember"] = "true" }
    return try await press(page, "Sign in", values)
  }
}

/// A response for people.
struct TestPage: Sendable {
  struct Form: Sendable {
    var action: String
    var hidden: [String: String]
    var inputs: [String: String]
    var button: String
  }

  var url: String
  var response: HTTPTransportResponse

  var status: Int { response.head.status.code }
  var text: String { response.text }
  var location: String? { response.head.headerFields[.location] }
  var title: String {
    text.firstMatch(of: /<h1[^>]*>([^<]*)<\/h1>/).map { Self.plain(String($0.1)) } ?? ""
  }

  /// The parameters with which the browser returns to the client.
  var result: [String: String] {
    get throws {
      let location = try #require(location)
      let query = location.split(separator: location.contains("#") ? "#" : "?", maxSplits: 1)[1]
      let form = try FormParameters(query: String(query))
      return Dictionary(uniqueKeysWithValues: form.names.map { ($0, form[$0] ?? "") })
    }
  }

  var forms: [Form] {
    text.matches(of: /(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/).map { match in
      let content = String(match.2)
      var form = Form(action: Self.plain(String(match.1)), hidden: [:], inputs: [:], button: "")
      for input in content.matches(of: /<input[^>]*>/).map({ String($0.0) }) {
        func attribute(_ name: String) -> String {
          let parts = input.components(separatedBy: " \(name)=\"")
          guard parts.count > 1 else { return "" }
          return Self.plain(String(parts[1].prefix { $0 != "\"" }))
        }
        if attribute("type") == "hidden" {
          form.hidden[attribute("name")] = attribute("value")
        } else {
          form.inputs[attribute("name")] = attribute("type")
        }
      }
      if let button = content.firstMatch(of: /(?s)<button[^>]*>(.*?)<\/button>/) {
        form.button = Self.plain(String(button.1).replacing(/<[^>]*>/, with: ""))
      }
      return form
    }
  }

  static func plain(_ html: String) -> String {
    // Literally: a combining mark after an entity belongs to the text.
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
      .reduce(html) { text, entity in
        text.replacingOccurrences(of: entity.0, with: entity.1, options: .literal)
      }
  }
}

extension TestServer {
  /// A server with a URL, which proofs of clients name.
  static func withPages(
    _ configure: (inout PDSConfiguration) -> Void = { _ in }
  ) throws -> TestServer {
    try TestServer {
      $0.port = 2583
      configure(&$0)
    }
  }
}
