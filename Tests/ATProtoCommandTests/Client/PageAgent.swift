import ATProtoHTTP
import ATProtoSyntax
import Foundation
import HTTPTypes
import XRPCAsyncHTTPClient

/// A user agent for the pages of a server: cookies, redirects and forms, without scripts.
final class PageAgent {
  struct Page {
    var url: HTTPURL
    var status: Int
    var html: String
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private var cookies: [String: String] = [:]

  /// Opens the page of a login, signs in, and presses a button.
  ///
  /// - Returns: the URL to which the server sends the browser in the end.
  func decide(
    _ button: String,
    at url: String,
    identifier: String,
    password: String
  ) async throws -> HTTPURL {
    guard let url = HTTPURL(url) else { throw Failure(description: "not a URL: \(url)") }
    var step = try await load(url.request(), at: url)
    for _ in 1...6 {
      switch step {
      case .left(let url): return url
      case .page(let page):
        if let form = page.form(labeled: button) {
          step = try await submit(form, page)
        } else if var form = page.form(labeled: "Sign in") ?? page.form(labeled: "Next") {
          for (name, type) in form.inputs where type != "hidden" && type != "checkbox" {
            form.fields[name] = type == "password" ? password : identifier
          }
          step = try await submit(form, page)
        } else {
          throw Failure(description: "no form to continue: \(page.status) \(page.html)")
        }
      }
    }
    throw Failure(description: "too many pages")
  }

  private enum Step {
    case page(Page)
    case left(HTTPURL)
  }

  private func submit(_ form: Form, _ page: Page) async throws -> Step {
    guard let url = form.action.isEmpty ? page.url : page.url.resolving(form.action) else {
      throw Failure(description: "not an action: \(form.action)")
    }
    var body: [UInt8] = []
    for (name, value) in form.fields {
      if !body.isEmpty { body.append(UInt8(ascii: "&")) }
      PercentEncoding.append(name, to: &body)
      body.append(UInt8(ascii: "="))
      PercentEncoding.append(value, to: &body)
    }
    var request = url.request(
      .post,
      [.contentType: "application/x-www-form-urlencoded", .origin: url.origin]
    )
    request.headerFields[HTTPField.Name("Sec-Fetch-Site")!] = "same-origin"
    return try await load(request, body, at: url)
  }

  private func load(
    _ request: HTTPRequest,
    _ body: [UInt8]? = nil,
    at url: HTTPURL
  ) async throws -> Step {
    var (request, body, url) = (request, body, url)
    for _ in 1...5 {
      if !cookies.isEmpty {
        request.headerFields[.cookie] =
          cookies.map { "\($0)=\($1)" }.sorted().joined(separator: "; ")
      }
      let response = try await AsyncHTTPClientTransport.shared
        .send(request, body: body, options: TransportOptions())
      for field in response.head.headerFields[values: .setCookie] {
        let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        if let name = pair.first { cookies[String(name)] = pair.count > 1 ? String(pair[1]) : "" }
      }
      guard response.head.status.kind == .redirection,
        let next = response.head.headerFields[.location].flatMap(url.resolving)
      else {
        let html = String(decoding: response.body, as: UTF8.self)
        return .page(Page(url: url, status: response.head.status.code, html: html))
      }
      guard next.origin == url.origin else { return .left(next) }
      (url, body) = (next, nil)
      request = url.request()
    }
    throw Failure(description: "too many redirects")
  }
}

extension PageAgent {
  /// A form with the values that it has at first.
  struct Form {
    var action: String
    var button: String
    var inputs: [(name: String, type: String)]
    var fields: [String: String]
  }
}

extension PageAgent.Page {
  func form(labeled label: String) -> PageAgent.Form? {
    forms.first { $0.button.lowercased() == label.lowercased() }
  }

  private var forms: [PageAgent.Form] {
    html.components(separatedBy: "<form").dropFirst().map { part in
      let text = part.components(separatedBy: "</form>")[0]
      var inputs: [(name: String, type: String)] = []
      var fields: [String: String] = [:]
      for input in text.components(separatedBy: "<input").dropFirst() {
        let tag = String(input.prefix { $0 != ">" })
        guard let name = Self.attribute("name", of: tag) else { continue }
        let type = Self.attribute("type", of: tag) ?? "text"
        inputs.append((name, type))
        if type != "checkbox" { fields[name] = Self.attribute("value", of: tag) ?? "" }
      }
      let button = text.components(separatedBy: "<button").dropFirst().first ?? ""
      let label = button.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
      return PageAgent.Form(
        action: Self.attribute("action", of: String(text.prefix { $0 != ">" })) ?? "",
        button: label.trimmingCharacters(in: .whitespacesAndNewlines),
        inputs: inputs,
        fields: fields
      )
    }
  }

  private static func attribute(_ name: String, of tag: String) -> String? {
    guard let start = tag.range(of: " \(name)=\"")?.upperBound else { return nil }
    return String(tag[start...].prefix { $0 != "\"" })
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&#x3D;", with: "=")
      .replacing("&#61;", with: "=").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
  }
}
