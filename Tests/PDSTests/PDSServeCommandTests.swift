import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import TestSupport
import Testing
import XRPCClient

/// `atproto pds serve` as a process, started for the public network.
@Suite(.serialized) struct PDSServeCommandTests {
  private static let password = "an operator's password"

  @Test func publicServerRequiresInviteCodesAndOptionsTakePrecedence() async throws {
    let folder = try TemporaryFolder()
    let server = try await ServiceProcess(
      pds: folder.path,
      ["--handle-domain", ".b.example.com", "--did-plc-url", "http://127.0.0.1:1"],
      environment: [
        "PDS_HOSTNAME=pds.example.com", "PDS_SERVICE_DID=did:web:pds.example.com",
        "PDS_SERVICE_HANDLE_DOMAINS=.a.example.com", "PDS_ADMIN_PASSWORD=\(Self.password)",
      ]
    )
    let described = try await server.client.comAtproto.server.describeServer()
    #expect(described.availableUserDomains == [".b.example.com"])
    #expect(described.inviteCodeRequired == true && described.did == "did:web:pds.example.com")
    var input = ComAtproto.Server.CreateAccount.Input.sample("alice")
    input.handle = "alice.b.example.com"
    let refused = await refusal {
      try await server.client.comAtproto.server.createAccount(input)
    }
    #expect(refused == "400 InvalidInviteCode")
    // The log names the settings that a public server is missing, and no others.
    let log = server.log
    #expect(log.contains("PDS_SENDMAIL_COMMAND") && log.contains("PDS_BSKY_APP_VIEW_URL"))
    #expect(!log.contains("PDS_ADMIN_PASSWORD") && !log.contains(Self.password))
    #expect(server.end(SIGTERM) == 0)
  }

  @Test(arguments: [
    (["PDS_HOSTNAME=a.example.com", "PDS_SERVICE_DID=did:web:b.example.com"], "PDS_SERVICE_DID"),
    (["PDS_HOSTNAME=a.example.com", "PDS_RATE_LIMIT_BYPASS_IPS=10.0.0.0/x"], "BYPASS_IPS"),
    (["PDS_SERVICE_DID=did:web:a.example.com"], "PDS_HOSTNAME"),
  ])
  func invalidSettingsAreRefusedByName(_ environment: [String], _ name: String) throws {
    let folder = try TemporaryFolder()
    let child = try ChildProcess(
      URL(filePath: "/usr/bin/env"),
      environment + [try ChildProcess.built("atproto").path, "pds", "serve"]
        + ["--port", "0", "--data", folder.path + "/data"]
    )
    #expect(child.status == 64 && child.output.isEmpty)
    #expect(String(decoding: child.error, as: UTF8.self).contains(name))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
  }
}
