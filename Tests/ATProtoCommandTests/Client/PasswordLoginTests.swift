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
    let logins: [(environment: [String], options: [String], input: String)] = [
      ([], ["--password"], "\(password)\n"),
      ([], ["--password-file", fixture.path("password")], ""),
      (["ATPROTO_PASSWORD=\(password)"], [], ""),
      (["ATPROTO_PASSWORD=\(password)"], ["--password"], ""),
    ]
    for login in logins {
      let child = try logIn(
        fixture,
        environment: login.environment,
        login.options,
        input: login.input
      )
      let session = try fixture.object(child)
      #expect(session["handle"] == .string(ClientFixture.handle) && session["scope"] == nil)
      #expect(try fixture.run("logout").status == 0)
    }
    let refused = try logIn(fixture, ["--password"])
    #expect(refused.status == 1)
    #expect(String(decoding: refused.error, as: UTF8.self).contains("missing password"))
  }
}
