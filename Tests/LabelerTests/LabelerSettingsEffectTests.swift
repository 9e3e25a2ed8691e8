import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import SQLiteStorage
import ServiceKit
import Synchronization
import TestSupport
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCClient

@testable import Labeler

/// Every setting, observed by what it does.
@Suite(.serialized) struct LabelerSettingsEffectTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    /// `FOLDER` stands for a temporary folder, `PLC` and `PDS` for URLs.
    var value: String
    /// Further settings.
    var others: [String: String] = [:]
    /// Observes the effect. The labeler runs with the setting.
    var observe: @Sendable (Observed) async throws -> Void

    var testDescription: String { "\(name)=\(value)" }
  }

  struct Observed: Sendable {
    let world: LabelerWorld
    let folder: TemporaryFolder
    var labeler: RunningTestLabeler { world.labeler }
  }

  private static let did = "did:web:labels.example.com"
  private static let key = String(repeating: "02", count: 32)

  static let cases: [Case] = [
    Case(name: "LABELER_DID", value: did) { observed in
      #expect(observed.labeler.did.string == did)
      let metadata = try await observed.labeler.send(.get, "/.well-known/ozone-metadata.json")
      #expect(try DataValue(json: metadata.body)["did"]?.string == did)
    },
    Case(name: "LABELER_SIGNING_KEY_HEX", value: key) { observed in
      try await observed.labeler.label(.repoRef(.init(did: FormatString(did))), create: ["spam"])
      let label = try #require(try await observed.labeler.stream(after: 0, count: 1).first?.label)
      let bytes = try #require(Hex.decode(key))
      let key = try PrivateKey(curve: .k256, rawRepresentation: bytes)
      #expect(label.hasValidSignature(by: key.publicKey))
    },
    Case(name: "LABELER_PLC_URL", value: "PLC") { observed in
      let document = try await observed.world.plc.document(of: observed.labeler.did)
      #expect(try document.signingKey("atproto_label").didKey == observed.labeler.server.signingKey)
    },
    Case(name: "LABELER_PORT", value: "0") { observed in #expect(observed.labeler.url.port != 2585)
    },
    Case(name: "LABELER_BIND_ADDRESS", value: "127.0.0.2") { observed in
      #expect(observed.labeler.url.host == "127.0.0.2")
    },
    Case(name: "LABELER_PUBLIC_URL", value: "https://labels.example.com") { observed in
      let metadata = try await observed.labeler.send(.get, "/.well-known/ozone-metadata.json")
      #expect(
        try DataValue(json: metadata.body)["url"]?.string == "https://labels.example.com"
      )
      let client = try await observed.labeler.send(.get, "/oauth/client-metadata.json")
      #expect(
        try DataValue(json: client.body)["client_id"]?.string
          == "https://labels.example.com/oauth/client-metadata.json"
      )
    },
    Case(name: "LABELER_DATA_DIRECTORY", value: "FOLDER/data") { observed in
      #expect(
        FileManager.default.fileExists(atPath: observed.folder.path + "/data/labeler.sqlite")
      )
    },
    Case(name: "DATABASE_URL", value: "sqlite://FOLDER/other.sqlite") { observed in
      #expect(FileManager.default.fileExists(atPath: observed.folder.path + "/other.sqlite"))
    },
    Case(name: "LABELER_ADMIN_PASSWORD", value: "first,second") { observed in
      for password in ["first", "second"] {
        var client = observed.labeler.client
        let credentials = Data("admin:\(password)".utf8).base64EncodedString()
        client.headers[.authorization] = "Basic \(credentials)"
        _ = try await client.toolsOzone.server.getConfig()
      }
    },
    Case(name: "LABELER_ADMINS", value: "did:web:alice.example.com") { observed in
      let members = try await observed.labeler.administrator.toolsOzone.team.listMembers().members
      #expect(members.map(\.did.string) == ["did:web:alice.example.com"])
      #expect(members.map(\.role.rawValue) == ["tools.ozone.team.defs#roleAdmin"])
    },
    Case(name: "LABELER_DECLARATION", value: "FOLDER/declaration.json") { observed in
      let author = try await observed.world.account("author")
      let post = try await author.post("Hello")
      await #expect(throws: (any Error).self) {
        try await author.report(post, to: observed.labeler.did, .reasonRude)
      }
      try await author.report(post, to: observed.labeler.did, .reasonSpam)
    },
    target("LABELER_PDS_URL", "PDS", ["LABELER_PDS_ADMIN_PASSWORD": LabelerWorld.adminPassword]),
    target(
      "LABELER_PDS_ADMIN_PASSWORD",
      LabelerWorld.adminPassword,
      ["LABELER_PDS_URL": "PDS"]
    ),
    Case(
      name: "LABELER_PDS_DID",
      value: "did:web:pds.example.com",
      others: ["LABELER_PDS_URL": "PDS"]
    ) { observed in
      let credentials = observed.labeler.server.services.domain.pusher.targets.first?.credentials
      guard case .token(let audience)? = credentials else {
        Issue.record("the labeler does not sign tokens")
        return
      }
      #expect(audience == "did:web:pds.example.com")
    },
    configured(
      "LABELER_RELAY_URL",
      "http://127.0.0.1:1",
      ["LABELER_RELAY_ADMIN_PASSWORD": "a"],
      .relay
    ),
    configured(
      "LABELER_RELAY_ADMIN_PASSWORD",
      "a",
      ["LABELER_RELAY_URL": "http://127.0.0.1:1"],
      .relay
    ),
    configured(
      "LABELER_APPVIEW_URL",
      "http://127.0.0.1:1",
      ["LABELER_APPVIEW_ADMIN_PASSWORD": "a"],
      .appview
    ),
    configured(
      "LABELER_APPVIEW_DID",
      "did:web:api.example.com",
      ["LABELER_APPVIEW_URL": "http://127.0.0.1:1"],
      .appview
    ),
    configured(
      "LABELER_APPVIEW_ADMIN_PASSWORD",
      "a",
      ["LABELER_APPVIEW_URL": "http://127.0.0.1:1"],
      .appview
    ),
    Case(name: "LABELER_REPLAY_WINDOW", value: "1ms") { observed in
      for value in ["one", "two", "three"] {
        try await observed.labeler.label(.repoRef(.init(did: FormatString(did))), create: [value])
        try await Task.sleep(for: .milliseconds(5))
      }
      let stream = try await observed.labeler.client.subscribe(
        ComAtproto.Label.SubscribeLabels.self,
        ComAtproto.Label.SubscribeLabels.Parameters(cursor: 1)
      )
      for try await message in stream {
        guard case .info(let info) = message else { break }
        #expect(info.name.rawValue == "OutdatedCursor")
        return
      }
      Issue.record("the stream does not say that the cursor is outdated")
    },
    Case(
      name: "LABELER_RATE_LIMITS_ENABLED",
      value: "true",
      // Programs on this machine are exempt.
      others: ["LABELER_TRUSTED_PROXIES": "1"]
    ) { observed in
      let statuses = try await observed.labeler.failedLogIns(21) { _ in
        [HTTPField.Name("X-Forwarded-For")!: "192.0.2.1"]
      }
      #expect(statuses.first == .badRequest && statuses.last == .tooManyRequests)
    },
    Case(name: "LABELER_ALLOW_PRIVATE_ADDRESSES", value: "false") { observed in
      // The record is on a PDS on this machine, which must not be called.
      let author = try await observed.world.account("author")
      let post = try await author.post("Hello")
      await #expect(throws: (any Error).self) {
        try await observed.labeler.administrator.toolsOzone.moderation.getRecord(
          .init(uri: FormatString(post.uri.string))
        )
      }
    },
    Case(
      name: "LABELER_TRUSTED_PROXIES",
      value: "2",
      others: ["LABELER_RATE_LIMITS_ENABLED": "true"]
    ) { observed in
      // Each client is behind a proxy that is behind ours.
      let statuses = try await observed.labeler.failedLogIns(21) {
        [HTTPField.Name("X-Forwarded-For")!: "198.51.100.\($0), 192.0.2.1"]
      }
      #expect(statuses.allSatisfy { $0 == .badRequest })
    },
    Case(name: "LABELER_METRICS_PORT", value: "0") { observed in
      try await observed.labeler.label(.repoRef(.init(did: FormatString(did))), create: ["spam"])
      let text = try #require(observed.labeler.server.metrics).registry.text()
      #expect(text.contains("labeler_labels_total{kind=\"created\"} 1"))
    },
  ]

  /// A takedown reaches the PDS.
  private static func target(
    _ name: String,
    _ value: String,
    _ others: [String: String]
  ) -> Case {
    Case(name: name, value: value, others: others) { observed in
      let author = try await observed.world.account("author")
      _ = try await observed.labeler.administrator.toolsOzone.moderation.emitEvent(
        ToolsOzone.Moderation.EmitEvent.Input(
          event: .modEventTakedown(ToolsOzone.Moderation.Defs.ModEventTakedown()),
          subject: .repoRef(.init(did: FormatString(author.did))),
          createdBy: FormatString(observed.labeler.did)
        )
      )
      let pushes = observed.labeler.server.services.domain.desk
      var isConfirmed = false
      for _ in 0..<3_000 where !isConfirmed {
        try await Task.sleep(for: .milliseconds(10))
        isConfirmed = try await pushes.pushes(of: Subject(author.did)).allSatisfy {
          $0.confirmedAt != nil
        }
      }
      #expect(isConfirmed)
      await #expect(throws: (any Error).self) { try await author.post("After the takedown") }
    }
  }

  private static func configured(
    _ name: String,
    _ value: String,
    _ others: [String: String],
    _ kind: PushTarget.Kind
  ) -> Case {
    Case(name: name, value: value, others: others) { observed in
      let targets = observed.labeler.server.services.domain.pusher.targets
      #expect(targets.map(\.kind) == [kind])
      switch targets.first?.credentials {
      case .password(let password)?: #expect(password == "a")
      case .token(let audience)?: #expect(audience == "did:web:api.example.com")
      case nil: Issue.record("there is no target")
      }
    }
  }

  @Test(arguments: cases)
  func settingTakesEffect(_ setting: Case) async throws {
    let folder = try TemporaryFolder()
    try Self.declaration.write(
      toFile: folder.path + "/declaration.json",
      atomically: true,
      encoding: .utf8
    )
    try await LabelerWorld.servers { plc, pds in
      var settings = LabelerSettings(isDevelopment: true)
      func text(_ value: String) -> String {
        value.replacing("FOLDER", with: folder.path).replacing("PLC", with: plc.origin)
          .replacing("PDS", with: "\(pds)")
      }
      var environment = ["LABELER_PORT": "0", "LABELER_ADMIN_PASSWORD": LabelerWorld.adminPassword]
      environment["LABELER_PLC_URL"] = plc.origin
      for (name, value) in setting.others { environment[name] = text(value) }
      environment[setting.name] = text(setting.value)
      _ = try settings.read(environment)
      let configuration = try settings.finished()
      let storage = try LabelerStorage.sqlite(configuration)
      try await RunningTestLabeler.run(
        plc: plc,
        storage: storage,
        configure: { $0 = configuration }
      ) {
        let world = LabelerWorld(plc: $0.plc, pds: pds, labeler: $0)
        try await setting.observe(Observed(world: world, folder: folder))
      }
      try storage.close()
    }
  }

  /// Settings whose effect is observed elsewhere.
  private static let elsewhere = [
    "LABELER_METRICS_ADDRESS": "LabelCommandTests", "LOG_LEVEL": "LabelCommandTests",
  ]

  @Test func everySettingIsObserved() {
    let names = Self.cases.map(\.name) + Self.elsewhere.keys
    #expect(Set(names) == Set(LabelerSettings.table.settings.map(\.name)))
  }

  private static let declaration = """
    {"$type":"app.bsky.labeler.service","policies":{"labelValues":["spam"]},
    "createdAt":"2026-11-30T00:00:00Z","reasonTypes":["com.atproto.moderation.defs#reasonSpam"]}
    """
}
