import ATProtoAuth
import Foundation
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// docs/methods.md is generated from the server's routes and the descriptions in `Lexicons/`.
/// `RECORD_SNAPSHOTS=1` writes it again, and fails.
@Suite struct MethodsDocumentTests {
  /// Methods of relays: their lexicons are in the same namespace, so they have routes.
  private static let ofRelays: Set = [
    "com.atproto.sync.getHostStatus", "com.atproto.sync.listHosts",
    "com.atproto.sync.notifyOfUpdate", "com.atproto.sync.requestCrawl",
  ]
  /// Methods that are proxied and have no route.
  private static let proxied = [
    "com.atproto.moderation.createReport":
      "the report service or the moderation service of the settings",
    "app.bsky.*": "the app view",
    "chat.bsky.*": "the service that `atproto-proxy` names",
  ]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let project = folder.appending(path: "../..").standardizedFileURL

  private static func served() throws -> [XRPCRoute] {
    let routes = try TestServer().server.routes
    #expect(Set(routes.map(\.nsid)).isSuperset(of: ofRelays))
    return routes.filter { !ofRelays.contains($0.nsid) }
  }

  @Test func documentListsWhatIsServed() throws {
    let file = Self.project.appending(path: "docs/methods.md")
    let expected = try Self.document(Self.served())
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      try expected.write(to: file, atomically: true, encoding: .utf8)
      Issue.record("recorded docs/methods.md")
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == expected)
  }

  @Test func noProxiedMethodHasARoute() throws {
    let routes = try TestServer().server.routes
    #expect(Set(routes.map(\.nsid)).isDisjoint(with: Self.proxied.keys))
  }

  @Test func otherMethodsAreNotServed() async throws {
    let server = try TestServer()
    for call in ["getHostStatus?hostname=a.example.com", "listHosts"] {
      let answer = try await server.call("com.atproto.sync." + call)
      #expect(answer.refusal == "501 MethodNotImplemented")
    }
    for call in ["notifyOfUpdate", "requestCrawl"] {
      let answer = try await server.call(
        "com.atproto.sync." + call,
        .post,
        fields: [.contentType: "application/json"],
        body: Array(#"{"hostname":"a.example.com"}"#.utf8)
      )
      #expect(answer.refusal == "501 MethodNotImplemented")
    }
  }

  /// Every method is called by a test in this directory.
  @Test func everyMethodIsCalledByATest() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder,
      includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "swift" && $0 != URL(filePath: #filePath) }
    let source = try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    for route in try Self.served() {
      let name = route.nsid.split(separator: ".").last ?? ""
      let calls = [".\(name)(", "\(name)\"", "\(name)?"]
      #expect(calls.contains { source.contains($0) }, "\(route.nsid)")
    }
  }

  private static func document(_ routes: [XRPCRoute]) throws -> String {
    var lines = [
      "# Methods of the PDS",
      "",
      "What `atproto pds serve` answers, generated from its routes and from the descriptions in",
      "`Lexicons/` (`make docs-data`). All other methods answer `MethodNotImplemented` with status 501.",
      "",
      "The column OAuth has the permission that an OAuth session needs; it is empty for methods that use",
      "no session of an account. A session that a password opened needs no permission.",
    ]
    let groups = Dictionary(grouping: routes) { route in
      route.nsid.split(separator: ".").dropLast().joined(separator: ".")
    }
    for (group, routes) in groups.sorted(by: { $0.key < $1.key }) {
      lines += ["", "## \(group)", "", "| method | kind | OAuth | |", "|---|---|---|---|"]
      for route in routes.sorted(by: { $0.nsid < $1.nsid }) {
        let name = route.nsid.split(separator: ".").last ?? ""
        let permission = permission(for: route.nsid)
        lines.append(
          "| `\(name)` | \(route.kind) | \(permission) | \(try description(of: route.nsid)) |"
        )
      }
    }
    lines += ["", "## Proxied", "", "| method | goes to |", "|---|---|"]
    for (method, service) in proxied.sorted(by: { $0.key < $1.key }) {
      lines.append("| `\(method)` | \(service) |")
    }
    lines += [
      "", "A request with `atproto-proxy` goes to the service that the header names.",
      "An OAuth session needs \(permission(for: "")).", "",
    ]
    return lines.joined(separator: "\n")
  }

  /// The permission of OAuth sessions for a method that the server implements, or for any other.
  private static func permission(for nsid: String) -> String {
    switch RoutePermissions.permission(for: nsid) {
    case .sessionless: ""
    case .anySession: "any session"
    case .never: "never"
    case .need(let need): "`\(need.scope)`"
    case .computed(let description): description
    }
  }

  /// The first sentence of the description of a method's schema.
  private static func description(of nsid: String) throws -> String {
    let path = "Lexicons/" + nsid.replacing(".", with: "/") + ".json"
    let schema = try JSONSerialization.jsonObject(
      with: Data(contentsOf: project.appending(path: path))
    )
    let definitions = try #require((schema as? [String: Any])?["defs"] as? [String: Any])
    let main = try #require(definitions["main"] as? [String: Any])
    let text = try #require(main["description"] as? String, "\(nsid) has no description")
    let sentence = text.firstRange(of: ". ").map { String(text[..<$0.lowerBound]) + "." } ?? text
    return sentence.replacing("|", with: "\\|")
  }
}
