import ATProtoData
import Foundation
import TestSupport
import Testing

/// Logins with a password, from each place that it may come from.
@Suite(.serialized) struct PasswordLoginTests {
  private func logIn(
    _ fixture: ClientFixture,
    environment: [String] = [],
    _ options: [String],
    input: String = ""
  ) throws -> ChildProcess {
    try ChildProcess(
      URL(filePath: "/usr/bin/env"),
      ["XDG_STATE_HOME=\(fixture.folder.path)/state"] + environment
        + [
          try ChildProcess.built("atproto").path, "login", ClientFixture.handle, "--service",
          fixture.address, "--json",
        ] + options,
      input: Data(input.utf8)
    )
  }

  @Test func passwordComesFromInputFileOrEnvironment() throws {
    let fixture = try ClientFixture()
    let password = ClientFixture.password
    for child in [
      try logIn(fixture, ["--password"], input: "\(password)\n"),
      try logIn(fixture, ["--password-file", fixture.path("password")]),
      try logIn(fixture, environment: ["ATPROTO_PASSWORD=\(password)"], []),
      try logIn(fixture, environment: ["ATPROTO_PASSWORD=\(password)"], ["--password"]),
    ] {
      let session = try fixture.object(child)
      #expect(session["handle"] == .string(ClientFixture.handle) && session["scope"] == nil)
      #expect(try fixture.run("logout").status == 0)
    }
    let refused = try logIn(fixture, ["--password"])
    #expect(refused.status == 1)
    #expect(String(decoding: refused.error, as: UTF8.self).contains("missing password"))
  }
}
