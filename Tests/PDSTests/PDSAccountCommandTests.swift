import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import TestSupport
import Testing
import XRPC
import XRPCClient

@testable import PDS

/// `atproto pds account` as a process, against a server on a socket.
@Suite(.serialized) struct PDSAccountCommandTests {
  private static let password = "the operator's own password"

  private func server() throws -> TestServer {
    try TestServer { $0.adminPassword = Self.password }
  }

  /// Runs the executable against the server in this process.
  private func run(
    _ url: String,
    _ arguments: [String],
    password: String = Self.password
  ) async throws -> ChildProcess {
    let words =
      ["PDS_ADMIN_PASSWORD=\(password)", try ChildProcess.built("atproto").path, "pds", "account"]
      + arguments + ["--service", url]
    return try await ChildProcess.run(URL(filePath: "/usr/bin/env"), words)
  }

  private func json(_ url: String, _ arguments: String...) async throws -> [DataValue] {
    let child = try await run(url, arguments + ["--json"])
    let error = String(decoding: child.error, as: UTF8.self)
    #expect(child.status == 0, "\(child.lines) \(error)")
    return try child.lines.map { try DataValue(json: Array($0.utf8)) }
  }

  private func logIn(_ server: TestServer, _ name: String, _ password: String) async -> String {
    await refusal {
      try await server.client.comAtproto.server.createSession(
        ComAtproto.Server.CreateSession.Input(identifier: name, password: password)
      ).handle.string
    }
  }

  @Test func accountsAreCreatedTakenDownResetAndDeleted() async throws {
    let server = try server()
    try await server.overSocket { url in
      let made = try #require(try await json(url, "create", "carol.test", "carol@mail.test").first)
      let did = try #require(made["did"]?.string)
      let first = try #require(made["password"]?.string)
      #expect(made["handle"] == "carol.test" && first.utf8.count == 32)
      #expect(await logIn(server, "carol.test", first) == "not refused: carol.test")

      let all = try await json(url, "list")
      #expect(all.map { $0["did"]?.string } == [did] && all[0]["email"] == "carol@mail.test")
      #expect(try await json(url, "list", "--email", "nobody@mail.test").isEmpty)
      for name in [did, "carol.test", "@carol.test", "carol@mail.test", "CAROL@mail.test"] {
        let info = try await json(url, "info", name)
        #expect(info.first?["did"]?.string == did && info.first?["isTakenDown"] == false)
      }
      let text = try await run(url, ["info", did]).lines
      #expect(text.contains { $0.hasPrefix("handle ") && $0.hasSuffix(" carol.test") })

      _ = try await json(url, "takedown", "carol.test", "--reference", "case 7")
      #expect(try await json(url, "info", did).first?["isTakenDown"] == true)
      #expect(await logIn(server, did, first) == "401 AccountTakedown")
      _ = try await json(url, "untakedown", did)
      #expect(await logIn(server, did, first) == "not refused: carol.test")

      let reset = try #require(try await json(url, "reset-password", did).first)
      let second = try #require(reset["password"]?.string)
      #expect(second != first)
      #expect(await logIn(server, did, first) == "401 AuthenticationRequired")
      #expect(await logIn(server, did, second) == "not refused: carol.test")

      // Without --yes, nothing is deleted.
      #expect(try await run(url, ["delete", did]).status == 64)
      _ = try await json(url, "delete", did, "--yes")
      #expect(try await json(url, "list").isEmpty)
      #expect(await logIn(server, did, second) == "401 AuthenticationRequired")
    }
  }

  @Test func inviteCodesAreCreatedForTheOperatorAndForAccounts() async throws {
    let server = try server()
    try await server.overSocket { url in
      let plain = try await run(url, ["create-invite-code"])
      let code = try #require(plain.lines.first)
      #expect(plain.status == 0 && plain.lines.count == 1)
      #expect(!code.isEmpty && !code.contains(" "))
      _ = try await server.signUp()
      let more = try await json(
        url,
        "create-invite-code",
        "--uses",
        "3",
        "--for",
        "alice.test"
      )
      let shown = try await run(url, ["info", "alice.test"]).lines.joined(separator: "\n")
      #expect(shown.contains(try #require(more.first?["code"]?.string)))
    }
  }

  @Test func passwordFromAFileIsUsedAndNotPrinted() async throws {
    let server = try server()
    let file = server.folder.appending(path: "password")
    try Data("a chosen password\nnot this line".utf8).write(to: file)
    try await server.overSocket { url in
      let made = try await json(
        url,
        "create",
        "carol.test",
        "carol@mail.test",
        "--password-file",
        file.path
      )
      #expect(made.first?["password"] == nil)
      #expect(
        await logIn(server, "carol.test", "a chosen password") == "not refused: carol.test"
      )
    }
  }

  @Test func failuresNameTheServer() async throws {
    let server = try server()
    try await server.overSocket { url in
      let wrong = try await run(url, ["list"], password: "wrong")
      #expect(wrong.status == 1)
      #expect(String(decoding: wrong.error, as: UTF8.self).contains("AuthenticationRequired"))
      for account in ["nobody.test", "nobody@mail.test", "did:web:nobody.example.com"] {
        let unknown = try await run(url, ["info", account])
        #expect(unknown.status == 1 && !unknown.error.isEmpty && unknown.output.isEmpty)
      }
      #expect(try await run(url, ["list"], password: "").status == 64)
    }
    let silent = try SilentPort()
    let nobody = try await run("http://127.0.0.1:\(silent.number)", ["list"])
    #expect(nobody.status == 1)
    #expect(
      String(decoding: nobody.error, as: UTF8.self)
        .contains("http://127.0.0.1:\(silent.number): ")
    )
    // The password is sent over plain HTTP only to this machine.
    #expect(try await run("http://pds.example.com", ["list"]).status == 64)
  }
}
