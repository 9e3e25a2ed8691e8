import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Templating
import XRPCServer

/// The forms of the admin page.
enum AdminForm: String, CaseIterable, Sendable {
  case crawl, block, unblock, limit, ban, unban, takedown, untakedown

  var path: String { "/admin/forms/\(rawValue)" }

  /// The message that the page shows after the form has been processed.
  var notice: String {
    switch self {
    case .crawl: "The host is being crawled."
    case .block: "The host has been blocked."
    case .unblock: "The host is no longer blocked."
    case .limit: "The account limit has been changed."
    case .ban: "The domain has been banned."
    case .unban: "The domain is no longer banned."
    case .takedown: "The account has been taken down."
    case .untakedown: "The takedown has been reversed."
    }
  }

  func perform(_ request: AdminRequest, _ actions: AdminActions) async throws {
    switch self {
    case .crawl: try await actions.crawl(request.entry("host"))
    case .block: try await actions.block(request.entry("host"))
    case .unblock: try await actions.unblock(request.entry("host"))
    case .limit:
      guard let limit = Int(try request.entry("limit")), limit >= 0 else {
        throw XRPCServerError.invalidRequest("The account limit must be a number.")
      }
      try await actions.setAccountLimit(limit, of: request.entry("host"))
    case .ban: try await actions.ban(request.entry("domain"))
    case .unban: try await actions.unban(request.entry("domain"))
    case .takedown: try await actions.setTakenDown(true, did(request))
    case .untakedown: try await actions.setTakenDown(false, did(request))
    }
  }

  /// The equivalent API call, for sibling relays.
  func forwarded(_ request: AdminRequest) throws(XRPCServerError) -> ForwardedRequest {
    var path = ""
    var body: DataValue?
    switch self {
    case .crawl: (path, body) = ("pds/requestCrawl", try request.object("hostname", from: "host"))
    case .block, .unblock:
      var host: [UInt8] = []
      PercentEncoding.append(try request.entry("host"), to: &host)
      path = "pds/\(rawValue)?host=\(String(decoding: host, as: UTF8.self))"
    case .limit:
      path = "pds/changeLimits"
      body = [
        "host": .string(try request.entry("host")),
        "repo_limit": .integer(Int(try request.entry("limit")) ?? 0),
      ]
    case .ban: (path, body) = ("subs/banDomain", try request.object("domain", from: "domain"))
    case .unban: (path, body) = ("subs/unbanDomain", try request.object("domain", from: "domain"))
    case .takedown: (path, body) = ("repo/takeDown", try request.object("did", from: "did"))
    case .untakedown:
      (path, body) = ("repo/reverseTakedown", try request.object("did", from: "did"))
    }
    var fields = request.head.headerFields
    fields[.contentType] = body == nil ? nil : "application/json"
    return ForwardedRequest(
      method: .post,
      path: "/admin/\(path)",
      fields: fields,
      body: body?.jsonBytes()
    )
  }

  private func did(_ request: AdminRequest) throws(XRPCServerError) -> DID {
    guard let did = try? DID(request.entry("did")) else {
      throw .invalidRequest("Enter the DID of the account.")
    }
    return did
  }
}

extension AdminRequest {
  /// A JSON object with a field of a form.
  fileprivate func object(
    _ name: String,
    from field: String
  ) throws(XRPCServerError) -> DataValue {
    .object([name: .string(try entry(field))])
  }

  /// A field of a form, without white space around it.
  fileprivate func entry(_ name: String) throws(XRPCServerError) -> String {
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let text = String(decoding: pair, as: UTF8.self)
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name,
        let bytes = PercentEncoding.decodeForm(parts[1].utf8[...]),
        let value = String(validating: bytes, as: UTF8.self)
      else { continue }
      let trimmed = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !trimmed.isEmpty { return trimmed }
    }
    throw .invalidRequest("Fill out the field “\(name)”.")
  }
}
