import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Testing

@testable import Labeler

/// A browser that is logged in to the review page: keeps the session and sends forms.
struct ReviewBrowser: Sendable {
  let labeler: RunningTestLabeler
  /// Nil for a browser without a session.
  let cookie: String?

  /// - Parameter did: a member of the team, or the labeler; nil to be logged out.
  init(_ labeler: RunningTestLabeler, as did: DID?) async throws {
    self.labeler = labeler
    guard let did else {
      cookie = nil
      return
    }
    let field = try await labeler.server.services.web.review.sessions.begin(did)
    cookie = String(field.prefix { $0 != ";" })
  }

  private func fields(_ extra: HTTPFields) -> HTTPFields {
    var fields = extra
    fields[.cookie] = cookie
    return fields
  }

  func get(_ path: String, _ extra: HTTPFields = [:]) async throws -> HTTPTransportResponse {
    try await labeler.send(.get, path, fields(extra))
  }

  /// Sends a form.
  func post(
    _ path: String,
    _ values: [String: String],
    _ extra: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = fields(extra)
    fields[.contentType] = "application/x-www-form-urlencoded"
    let body = String(decoding: FormParameters(values).form, as: UTF8.self)
    return try await labeler.send(.post, path, fields, body)
  }

  /// The token of the forms of a page.
  func token(_ path: String = "/review/") async throws -> String {
    let page = try await get(path)
    let start = try #require(page.text.firstRange(of: "name=\"csrf\" value=\""), "\(page.text)")
    return String(page.text[start.upperBound...].prefix { $0 != "\"" })
  }

  /// Sends a form of the page of a subject, and returns where it leads.
  @discardableResult
  func act(
    _ action: String,
    on subject: String,
    _ values: [String: String] = [:]
  ) async throws -> HTTPTransportResponse {
    var form = values
    form["csrf"] = try await token(ReviewLink.subject(subject))
    form["uri"] = subject
    form["action"] = action
    return try await post("/review/subject", form)
  }
}

extension RunningTestLabeler {
  /// The form of the log-in page, and the cookie that goes with it.
  func logInForm(_ fields: HTTPFields = [:]) async throws -> (token: String, cookie: String) {
    let page = try await send(.get, "/review/login", fields)
    #expect(page.head.status == .ok)
    let start = try #require(page.text.firstRange(of: "name=\"csrf\" value=\""), "\(page.text)")
    let cookie = try #require(page.head.headerFields[.setCookie])
    return (
      String(page.text[start.upperBound...].prefix { $0 != "\"" }),
      String(cookie.prefix { $0 != ";" })
    )
  }

  /// Sends the form of the log-in page.
  func logIn(
    _ handle: String,
    token: String,
    cookie: String?,
    _ extra: HTTPFields = [:]
  ) async throws -> HTTPTransportResponse {
    var fields = extra
    fields[.contentType] = "application/x-www-form-urlencoded"
    fields[.cookie] = cookie
    let body = FormParameters(["csrf": token, "handle": handle]).form
    return try await send(.post, "/review/login", fields, String(decoding: body, as: UTF8.self))
  }

  /// The statuses of log-ins that fail, one after another.
  ///
  /// - Parameter fields: the header fields of an attempt, by its number, beginning with 1.
  func failedLogIns(
    _ count: Int,
    _ fields: (Int) -> HTTPFields
  ) async throws -> [HTTPResponse.Status] {
    let (token, cookie) = try await logInForm()
    var statuses: [HTTPResponse.Status] = []
    for number in 1...count {
      let answer = try await logIn("", token: token, cookie: cookie, fields(number))
      statuses.append(answer.head.status)
    }
    return statuses
  }
}

extension HTTPTransportResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
  var location: String? { head.headerFields[.location] }
}
