import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import Foundation
import HTTPTypes
import Testing

@testable import AppView

/// What operators see and change: takedowns, metrics, and the admin page.
@Suite struct OperatorTests {
  private static let update = "/xrpc/com.atproto.admin.updateSubjectStatus"

  private static func takedown(_ subject: String, _ isApplied: Bool) -> String {
    """
    {"subject": \(subject), "takedown": {"applied": \(isApplied), "ref": "case-1"}}
    """
  }

  @Test func takedownHidesAnAccountUntilItIsReversed() async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let record =
        "com.atproto.repo.getRecord?repo=alice.example.com&collection=com.example.note&rkey=one"
      let did = ServedIndex.alice.did.string
      let subject = #"{"$type": "com.atproto.admin.defs#repoRef", "did": "\#(did)"}"#
      let applied = try await index.postJSON(Self.update, Self.takedown(subject, true))
      #expect(applied.status == 200, "\(applied.text)")
      #expect(try await index.get(record).error == "RecordNotFound")
      // The status at the host is another matter.
      try await index.set(ServedIndex.alice, .active)
      #expect(try await index.get(record).error == "RecordNotFound")
      let status = try await index.get(
        "com.atproto.admin.getSubjectStatus?did=\(did)",
        ServedIndex.basic
      )
      #expect(status.json["takedown"] == ["applied": true, "ref": "case-1"])
      _ = try await index.postJSON(Self.update, Self.takedown(subject, false))
      #expect(try await index.get(record).status == 200)
    }
  }

  @Test func takedownOfARecordSurvivesItsUpdate() async throws {
    try await ServedIndex.run { index in
      let uri = try await index.put(ServedIndex.note("Hello"), key: "one")
      try await index.put(ServedIndex.note("Other"), key: "two")
      let other = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
      let subject = """
        {"$type": "com.atproto.repo.strongRef", "uri": "\(uri)", "cid": "\(other)"}
        """
      _ = try await index.postJSON(Self.update, Self.takedown(subject, true))
      try await index.put(ServedIndex.note("Edited"), key: "one")
      let list = try await index.get(
        "com.atproto.repo.listRecords?repo=alice.example.com&collection=com.example.note"
      )
      #expect(list.json["records"]?.array?.count == 1)
      let status = try await index.get(
        "com.atproto.admin.getSubjectStatus?uri=\(uri)",
        ServedIndex.basic
      )
      #expect(status.json["takedown"]?["applied"] == true, "\(status.text)")
      #expect(status.json["subject"]?["uri"]?.string == uri)
    }
  }

  @Test func statusOfARecordIsFoundAmongMany() async throws {
    try await ServedIndex.run { index in
      for number in 1_000..<1_250 {
        try await index.put(ServedIndex.note("\(number)"), key: "\(number)")
      }
      for key in ["9", "1249", "1000"] {
        let uri = try await index.put(ServedIndex.note(key), key: key)
        let status = try await index.get(
          "com.atproto.admin.getSubjectStatus?uri=\(uri)",
          ServedIndex.basic
        )
        #expect(status.json["takedown"]?["applied"] == false, "\(status.text)")
        #expect(status.json["subject"]?["uri"]?.string == uri)
      }
    }
  }

  @Test func adminMethodsNeedThePassword() async throws {
    let subject = #"{"$type": "com.atproto.admin.defs#repoRef", "did": "did:plc:x"}"#
    let wrong = Data("admin:wrong".utf8).base64EncodedString()
    try await ServedIndex.run { index in
      for fields: HTTPFields in [[:], [.authorization: "Basic \(wrong)"]] {
        for path in ["/admin", "/admin/status"] {
          let answer = try await index.send(.get, path, fields)
          #expect(answer.status == 401)
          #expect(answer.fields[.wwwAuthenticate]?.hasPrefix("Basic") == true)
        }
        let update = try await index.postJSON(Self.update, Self.takedown(subject, true), fields)
        #expect(update.status == 401)
      }
    }
  }

  @Test func identityHealthAndMetricsAreServed() async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let health = try await index.send(.get, "/xrpc/_health")
      #expect(health.status == 200 && health.json["version"]?.string != nil)
      let port = try #require(index.url.port)
      let document = try await index.send(.get, "/.well-known/did.json")
      #expect(document.json["id"]?.string == "did:web:localhost%3A\(port)")
      #expect(document.json["id"]?.string == index.server.did)
      let service = document.json["service"]?[0]
      #expect(service?["id"] == "#bsky_appview" && service?["type"] == "BskyAppView")
      #expect(service?["serviceEndpoint"]?.string == "http://localhost:\(port)")
      let metrics = try await index.send(.get, "/metrics")
      let names = [
        "appview_events_total", "appview_events_rejected_total", "appview_resyncs_total",
        "appview_cursor", "appview_records", "appview_invalid_records",
      ]
      for name in names {
        #expect(metrics.text.contains("\n\(name) "), "\(name)")
      }
      for state in ["synchronized", "desynchronized", "pending"] {
        #expect(metrics.text.contains("appview_repos{state=\"\(state)\"} "))
      }
      #expect(metrics.text.contains("appview_records 1"))
      #expect(!metrics.text.contains("did:"))
      #expect(try await index.send(.get, "/").status == 200)
      #expect(try await index.send(.get, "/none").status == 404)
    }
  }

  @Test func pageShowsTheIndexAndTakesDownSubjects() async throws {
    try await ServedIndex.run { index in
      try await index.put(ServedIndex.note("Hello"), key: "one")
      let page = try await index.send(.get, "/admin", ServedIndex.basic)
      #expect(page.status == 200)
      let policy = try #require(page.fields[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && !policy.contains("script-src"))
      #expect(!page.text.contains("<script") && !page.text.contains(" style="))
      #expect(page.text.contains("com.example.note"))
      try Self.checkIsWellFormed(page.text)
      let token = try #require(
        page.text.firstMatch(
          of:
            #/action="/admin/forms/takedown">\s*<h2>[^<]*</h2>\s*<input type="hidden" name="csrf" value="([^"]+)"/#
        )?.1
      )
      var fields = ServedIndex.basic
      fields[.contentType] = "application/x-www-form-urlencoded"
      let form = "subject=alice.example.com&reference=%3Cb%3E%26"
      let expired = try await index.send(.post, "/admin/forms/takedown", fields, body: form)
      #expect(expired.status == 403 && expired.text.contains("expired"))
      let done = try await index.send(
        .post,
        "/admin/forms/takedown",
        fields,
        body: "csrf=\(token)&\(form)"
      )
      #expect(done.status == 303 && done.fields[.location] == "/admin?done=takedown")
      let after = try await index.send(.get, "/admin?done=takedown", ServedIndex.basic)
      #expect(after.text.contains("The subject has been taken down."))
      #expect(after.text.contains(ServedIndex.alice.did.string))
      #expect(after.text.contains("&lt;b&gt;&amp;") && !after.text.contains("<b>"))
      try Self.checkIsWellFormed(after.text)
      var foreign = fields
      foreign[.origin] = "https://evil.example.com"
      let refused = try await index.send(
        .post,
        "/admin/forms/takedown",
        foreign,
        body: "csrf=\(token)&\(form)"
      )
      #expect(refused.status == 403)
    }
  }

  @Test func commandsNeedJSONAndKnownSubjects() async throws {
    try await ServedIndex.run { index in
      let status = try await index.send(.get, "/admin/status", ServedIndex.basic)
      #expect(status.json["backfill"]?["known"] == 2, "\(status.text)")
      let reindex = try await index.postJSON(
        "/admin/reindex",
        #"{"collection": "com.example.note"}"#
      )
      #expect(reindex.status == 200, "\(reindex.text)")
      let unknown = try await index.postJSON(
        "/admin/reindex",
        #"{"collection": "com.example.other"}"#
      )
      #expect(unknown.error == "UnknownCollection")
      let resync = try await index.postJSON(
        "/admin/resync",
        #"{"did": "did:plc:cccccccccccccccccccccccc"}"#
      )
      #expect(resync.error == "RepoNotFound")
      let text = try await index.send(.post, "/admin/backfill", ServedIndex.basic, body: "{}")
      #expect(text.status == 415)
      #expect(try await index.send(.get, "/admin/backfill", ServedIndex.basic).status == 405)
    }
  }

  /// Checks that tags are closed in order.
  private static func checkIsWellFormed(_ html: String) throws {
    let void: Set = ["meta", "link", "input", "!doctype"]
    var open: [Substring] = []
    for match in html.matches(of: #/<(/?)([a-z!0-9]+)[^>]*>/#) {
      let (closes, name) = (!match.1.isEmpty, match.2)
      guard !void.contains(String(name)) else { continue }
      if closes {
        #expect(open.popLast() == name)
      } else {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }
}
