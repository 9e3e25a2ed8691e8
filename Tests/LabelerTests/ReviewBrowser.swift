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

extension HTTPTransportResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
  var location: String? { head.headerFields[.location] }
}
