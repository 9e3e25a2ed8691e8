import ATProtoData
import ATProtoHTTP
import Foundation
import HTTPTypes
import TestSupport
import Testing
import XRPCAsyncHTTPClient

/// `atproto login` through the browser, against a server of this package, with a simulated browser.
@Suite(.serialized) struct BrowserLoginTests {
  /// A login that waits for its callback.
  private struct Login {
    let process: RunningProcess
    let fixture: ClientFixture
    let name: String

    init(
      _ fixture: ClientFixture,
      _ arguments: [String],
      environment: [String] = [],
      input: String = "/dev/null"
    ) throws {
      self.fixture = fixture
      name = "login-\(UUID().uuidString)"
      process = try RunningProcess(
        URL(filePath: "/usr/bin/env"),
        ["XDG_STATE_HOME=\(fixture.folder.path)/state"] + environment
          + [try ChildProcess.built("atproto").path, "account", "login"] + arguments + ["--json"],
        input: input,
        output: fixture.path("\(name).out"),
        error: fixture.path("\(name).err")
      )
    }

    /// The page that it asks to open.
    func page() async throws -> String {
      for _ in 0..<1500 {
        for line in text("err").split(separator: "\n") {
          if let url = try? DataValue(json: String(line))["url"]?.string { return url }
        }
        if process.hasEnded { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      throw ProcessFailure(reason: "no page to open: \(text("err"))")
    }

    /// Waits for its end without holding a thread.
    func end() async throws -> (status: Int32, output: String, errors: String) {
      for _ in 0..<3000 where !process.hasEnded { try await Task.sleep(for: .milliseconds(20)) }
      return (process.wait(seconds: 1), text("out"), text("err"))
    }

    private func text(_ ending: String) -> String {
      (try? fixture.folder.text("\(name).\(ending)")) ?? ""
    }
  }

  private func decide(_ button: String, at page: String) async throws -> HTTPURL {
    try await PageAgent().decide(
      button,
      at: page,
      identifier: ClientFixture.handle,
      password: ClientFixture.password
    )
  }

  private func finish(_ callback: HTTPURL) async throws -> HTTPResponse {
    try await AsyncHTTPClientTransport.shared
      .send(callback.request(), body: nil, options: TransportOptions()).head
  }

  @Test func loginSurvivesRestartsAndEndsWithLogout() async throws {
    let fixture = try ClientFixture()
    let login = try Login(
      fixture,
      [ClientFixture.handle, "--dev", "--plc", fixture.directory, "--no-browser", "--service"]
        + [fixture.address]
    )
    let callback = try await decide("Authorize", at: login.page())
    #expect(callback.host == "127.0.0.1")
    #expect(try await finish(callback).status == .ok)
    let ended = try await login.end()
    #expect(ended.status == 0, "\(ended.errors)")
    let session = try DataValue(json: ended.output)
    #expect(session["handle"] == .string(ClientFixture.handle))
    #expect(session["scope"] == "atproto transition:generic")
    #expect(session["service"] == .string(fixture.address))
    #expect(try fixture.object(try fixture.run("whoami", "--json")) == session)
    try fixture.folder.write(#"{"text":"hello"}"#, to: "note.json")
    func create() throws -> ChildProcess {
      try fixture.run("record", "create", "com.example.note", fixture.path("note.json"))
    }
    #expect(try create().status == 0)
    try fixture.restart()
    #expect(try create().status == 0)
    let out = try fixture.run("logout")
    #expect(out.status == 0, "\(String(decoding: out.error, as: UTF8.self))")
    #expect(try fixture.run("whoami").status == 1)
  }

  /// The server that the user named on this machine describes its accounts itself.
  @Test func accountIsChosenInTheBrowser() async throws {
    let fixture = try ClientFixture()
    let login = try Login(
      fixture,
      ["--no-browser", "--service", fixture.address, "--scope", "repo:com.example.note"]
    )
    _ = try await finish(decide("Authorize", at: login.page()))
    let ended = try await login.end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(try DataValue(json: ended.output)["scope"] == "atproto repo:com.example.note")
    try fixture.folder.write(#"{"text":"hello"}"#, to: "note.json")
    let file = fixture.path("note.json")
    #expect(try fixture.run("record", "create", "com.example.note", file).status == 0)
    let refused = try fixture.run("record", "create", "com.example.other", file)
    #expect(refused.status == 1)
    #expect(String(decoding: refused.error, as: UTF8.self).contains("com.example.other"))
  }

  @Test func deniedLoginIsReported() async throws {
    let fixture = try ClientFixture()
    let login = try Login(fixture, ["--no-browser", "--service", fixture.address])
    #expect(try await finish(decide("Deny", at: login.page())).status == .ok)
    let ended = try await login.end()
    #expect(ended.status == 1 && ended.output.isEmpty)
    #expect(ended.errors.contains("access_denied"))
    #expect(try fixture.run("whoami").status == 1)
  }

  @Test func pastedURLFinishesTheLogin() async throws {
    let fixture = try ClientFixture()
    let pipe = fixture.path("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    // Open at both ends, so that neither waits for the other.
    let writer = try #require(FileHandle(forUpdatingAtPath: pipe))
    let login = try Login(
      fixture,
      ["--no-browser", "--service", fixture.address],
      input: pipe
    )
    let callback = try await decide("Authorize", at: login.page())
    try writer.write(contentsOf: Data("something else\n\(callback)\n".utf8))
    let ended = try await login.end()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("that is not the URL of this login"))
    #expect(try fixture.run("whoami").status == 0)
  }

  @Test func browserOfTheEnvironmentIsOpened() async throws {
    let fixture = try ClientFixture()
    let opened = fixture.path("opened")
    try fixture.folder.write("#!/bin/sh\necho \"$1\" > \(opened)\n", to: "browser")
    #expect(chmod(fixture.path("browser"), 0o700) == 0)
    let login = try Login(
      fixture,
      ["--service", fixture.address],
      environment: ["BROWSER=\(fixture.path("browser"))"]
    )
    let page = try await login.page()
    _ = try await finish(decide("Authorize", at: page))
    #expect(try await login.end().status == 0)
    #expect(try fixture.folder.text("opened") == page + "\n")
  }

  /// A login with a password ends the former session, and the other way round.
  @Test func newLoginReplacesTheFormerOfEitherKind() async throws {
    let fixture = try ClientFixture()
    let did = try #require(try fixture.logIn()["did"]?.string)
    let login = try Login(fixture, ["--no-browser", "--service", fixture.address])
    _ = try await finish(decide("Authorize", at: login.page()))
    #expect(try await login.end().status == 0)
    func sessions() throws -> [String] {
      try fixture.folder.names(below: "state/atproto")
        .filter { $0.hasSuffix(".json") && $0.contains("did:") }
    }
    #expect(try sessions() == ["oauth-\(did).json"])
    _ = try fixture.logIn()
    #expect(try sessions() == ["\(did).json"])
    #expect(try fixture.run("whoami").status == 0)
  }
}
