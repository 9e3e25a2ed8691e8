import Foundation
import HTTPTypes
import Testing
import XRPC

@testable import PDS

/// The README lists what is served, each method with its tests. Here the list, the routes and the
/// tests are held together.
@Suite struct MethodTableTests {
  private struct Row {
    var methods: [String]
    /// `Suite.function`
    var tests: [String]
  }

  /// What relays serve: the lexicons have it in the same namespace, so there are routes.
  private static let ofRelays: Set = [
    "com.atproto.sync.getHostStatus", "com.atproto.sync.listHosts",
    "com.atproto.sync.notifyOfUpdate", "com.atproto.sync.requestCrawl",
  ]
  /// What is passed on, without routes.
  private static let passedOn: Set = [
    "com.atproto.moderation.createReport", "app.bsky.*", "chat.bsky.*",
  ]

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  private static func rows() throws -> [Row] {
    let readme = folder.appending(path: "../../README.md").standardized
    let text = try String(contentsOf: readme, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Methods of the server\n").last)
    return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|").map(names)
      return Row(methods: cells[0], tests: cells.count == 2 ? cells[1] : [])
    }
  }

  /// What stands between backticks.
  private static func names(_ cell: Substring) -> [String] {
    cell.split(separator: "`").map(String.init).filter { !$0.allSatisfy { " ,".contains($0) } }
  }

  @Test func tableListsImplementedMethods() throws {
    let listed = try Self.rows().flatMap(\.methods)
    #expect(Set(listed).count == listed.count)
    let routes = Set(try TestServer().server.routes.map(\.nsid))
    #expect(routes.isSuperset(of: Self.ofRelays) && routes.isDisjoint(with: Self.passedOn))
    let expected = routes.subtracting(Self.ofRelays).union(Self.passedOn)
    #expect(expected.subtracting(listed).isEmpty, "not listed")
    #expect(Set(listed).subtracting(expected).isEmpty, "listed, and not served")
  }

  @Test func unlistedMethodsAreNotImplemented() async throws {
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

  /// Each test is there, and its suite calls the method, by itself or by what all suites share.
  @Test func listedTestsExist() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let shared = try files.filter { $0.hasPrefix("TestServer") || $0 == "UpstreamService.swift" }
      .map { try Self.source($0) }.joined()
    for row in try Self.rows() {
      #expect(!row.tests.isEmpty, "\(row.methods)")
      for test in row.tests {
        let parts = test.split(separator: ".")
        try #require(parts.count == 2 && files.contains("\(parts[0]).swift"), "\(test)")
        let source = try Self.source("\(parts[0]).swift")
        #expect(Self.isTest(String(parts[1]), in: source), "\(test) is no test")
        for method in row.methods where !method.hasSuffix("*") {
          let name = method.split(separator: ".").last ?? ""
          let calls = [".\(name)(", "\(name)\"", "\(name)?"]
          #expect(calls.contains { (source + shared).contains($0) }, "\(test) of \(method)")
        }
      }
    }
  }

  /// Whether the function comes right behind an attribute `@Test`, whatever its arguments are.
  private static func isTest(_ name: String, in source: String) -> Bool {
    guard let function = source.range(of: "func \(name)(") else { return false }
    let before = source[..<function.lowerBound]
    guard let attribute = before.range(of: "@Test", options: .backwards) else { return false }
    return !before[attribute.upperBound...].contains("func ")
  }

  private static func source(_ file: String) throws -> String {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8)
  }
}
