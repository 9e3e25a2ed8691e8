import ATProtoData
import Foundation
import TestSupport
import Testing

/// Commands whose session has expired, was revoked, or cannot be read.
@Suite(.serialized) struct SessionCommandTests {
  private static let uri = "at://\(SessionFixture.handle)/com.example.note/one"

  @Test func expiredSessionIsRefreshed() throws {
    let fixture = try SessionFixture()
    let first = try fixture.run("whoami", "--json")
    #expect(first.status == 0, "\(first.errors)")
    #expect(fixture.renewals == 1)
    let kept = try DataValue(json: try fixture.folder.text(fixture.path))
    #expect(kept["accessJwt"] == "access 1" && kept["refreshJwt"] == "refresh 1")
    #expect(try fixture.run("whoami").status == 0)
    #expect(fixture.renewals == 1)
  }

  /// A refresh token works once, so the second process uses the session that the first one
  /// refreshed.
  @Test func twoProcessesRefreshASessionOnce() throws {
    let fixture = try SessionFixture()
    let both = try (0..<2).map { number in
      try RunningProcess(
        URL(filePath: "/usr/bin/env"),
        [
          "XDG_STATE_HOME=\(fixture.folder.path)/state", try ChildProcess.built("atproto").path,
          "whoami",
        ],
        error: "\(fixture.folder.path)/error\(number)"
      )
    }
    for (number, process) in both.enumerated() {
      let status = process.wait(seconds: 60)
      let errors = try fixture.folder.text("error\(number)")
      #expect(status == 0, "\(errors)")
    }
    #expect(fixture.renewals == 1)
  }

  @Test func revokedSessionIsReportedAndRemoved() throws {
    let fixture = try SessionFixture(isRevoked: true)
    let ended = try fixture.run("whoami")
    #expect(ended.status == 1 && ended.lines.isEmpty)
    #expect(ended.errors == "error: the session has ended; log in again\n")
    let after = try fixture.run("whoami")
    #expect(after.status == 1)
    #expect(after.errors == "error: not logged in; run atproto login <identifier>\n")
  }

  /// Public records can be read without a session.
  @Test(arguments: [
    ["record", "get", uri], ["record", "list", SessionFixture.did, "com.example.note"],
    ["record", "list", "ALICE.test", "com.example.note"],
  ])
  func publicRecordsCanBeReadIfTheSessionIsRevoked(_ command: [String]) throws {
    for isServiceNamed in [false, true] {
      let fixture = try SessionFixture(isRevoked: true)
      let service = isServiceNamed ? ["--service", fixture.address] : []
      let child = try ChildProcess(atproto: command + ["--json"] + service, in: fixture.folder)
      let errors = String(decoding: child.error, as: UTF8.self)
      #expect(child.status == 0, "\(errors)")
      #expect(errors == #"{"warning":"the session has ended; continuing without it"}"# + "\n")
      let records = try child.lines.map { try DataValue(json: $0)["value"] }
      #expect(records == [SessionFixture.record])
    }
  }

  @Test func ownerReadsRecordsWithTheSession() throws {
    let fixture = try SessionFixture()
    let own = try fixture.run(
      "record",
      "get",
      Self.uri,
      "--json",
      "--service",
      fixture.address
    )
    #expect(own.status == 0 && own.errors.isEmpty)
    #expect(fixture.renewals == 1)
  }

  @Test func logoutRemovesTheSessionIfTheServerIsUnreachable() throws {
    let fixture = try SessionFixture()
    let port = try SilentPort()
    let address = "http://127.0.0.1:\(port.number)"
    try fixture.keep(SessionFixture.did, SessionFixture.handle, at: address)
    let out = try fixture.run("logout")
    #expect(out.status == 1)
    #expect(
      out.errors == """
        error: logged out alice.test here, but could not end the session on \(address): \
        Connection refused

        """
    )
    #expect(try fixture.folder.names(below: "state/atproto") == ["\(SessionFixture.did).json.lock"])
  }

  @Test func malformedSessionFileIsReportedAndRemovedByLogout() throws {
    let fixture = try SessionFixture()
    try fixture.folder.write("{}", to: fixture.path)
    let refused = try fixture.run("whoami", "--json")
    #expect(refused.status == 1 && refused.lines.isEmpty)
    let reason = try DataValue(json: refused.errors)["error"]?.string
    #expect(reason?.contains(fixture.path) == true)
    #expect(reason?.hasSuffix("; log in again, or log out to remove the file") == true)
    // Commands that do not need a session continue without it.
    #expect(try fixture.run("record", "get", Self.uri, "--service", fixture.address).status == 0)
    let out = try fixture.run("logout")
    #expect(
      out.status == 1 && out.errors.contains("; removed the file, but could not end the session")
    )
    #expect(try fixture.run("logout").errors.contains("not logged in"))
  }

  @Test func errorWithoutADefaultAccountListsTheOthers() throws {
    let fixture = try SessionFixture()
    try fixture.keep("did:web:bob.test", "bob.test", at: fixture.address)
    #expect(try fixture.run("whoami").status == 0)
    let out = try fixture.run("logout", "--account", SessionFixture.handle, "--json")
    #expect(out.status == 0, "\(out.errors)")
    let names = try FileManager.default
      .contentsOfDirectory(atPath: "\(fixture.folder.path)/state/atproto")
    #expect(!names.contains("session.json"))
    let refused = try fixture.run("whoami")
    #expect(refused.status == 1)
    #expect(
      refused.errors
        == "error: no default account; use --account with one of: bob.test\n"
    )
    #expect(
      try fixture.run("whoami", "--account", "carol.test").errors.contains("is not logged in")
    )
  }

  /// The PLC directory of a development server names the account's server.
  @Test func loginFindsTheServerThroughTheIdentity() throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    #expect(try fixture.run("logout").status == 0)
    let session = try fixture.object(
      try fixture.run(
        "login",
        did,
        "--dev",
        "--plc",
        fixture.directory,
        "--json",
        "--password-file",
        fixture.path("password")
      )
    )
    #expect(session["did"] == .string(did) && session["service"] == .string(fixture.address))
    #expect(try fixture.run("whoami").status == 0)
    // A PLC directory may not name a server on this machine.
    let refused = try fixture.run("login", did, "--plc", fixture.directory)
    #expect(refused.status == 1)
    #expect(String(decoding: refused.error, as: UTF8.self).contains("is not allowed (loopback)"))
  }
}
