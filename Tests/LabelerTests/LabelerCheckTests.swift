import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import TestSupport
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Labeler
@testable import atproto

/// What `atproto labeler check` finds.
@Suite struct LabelerCheckTests {
  /// A document of a labeler at a URL.
  private static func document(
    _ did: DID,
    key: PublicKey?,
    url: String?,
    pds: String? = nil
  ) throws -> DIDDocument {
    var methods: [DataValue] = []
    if let key {
      methods = [
        [
          "id": .string("\(did)#atproto_label"), "type": "Multikey",
          "controller": .string(did.string), "publicKeyMultibase": .string(key.multikey),
        ]
      ]
    }
    var services: [DataValue] = []
    if let url {
      services.append([
        "id": "#atproto_labeler", "type": "AtprotoLabeler", "serviceEndpoint": .string(url),
      ])
    }
    if let pds {
      services.append([
        "id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": .string(pds),
      ])
    }
    return try DIDDocument([
      "id": .string(did.string), "verificationMethod": .array(methods),
      "service": .array(services),
    ])
  }

  private static func findings(
    _ labeler: RunningTestLabeler,
    _ document: DIDDocument,
    key: PublicKey? = nil
  ) async throws -> [LabelerCheck.Row: LabelerCheck.Finding] {
    let directory = MemoryIdentityDirectory([Identity(document: document, handle: .invalid)])
    let check = LabelerCheck(
      did: labeler.did,
      key: key,
      directory: directory,
      transport: AsyncHTTPClientTransport.shared
    )
    let findings = await check.findings()
    #expect(findings.map(\.row) == LabelerCheck.Row.allCases)
    return Dictionary(uniqueKeysWithValues: findings.map { ($0.row, $0) })
  }

  @Test func runningLabelerHasNoProblemsButItsDeclaration() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      try await labeler.label(.repoRef(.init(did: FormatString(labeler.did))), create: ["spam"])
      let key = labeler.server.services.secrets.signingKey.publicKey
      let document = try Self.document(labeler.did, key: key, url: labeler.url.origin)
      let findings = try await Self.findings(labeler, document, key: key)
      let problems = findings.values.filter { !$0.isOK }
      #expect(problems.map(\.row) == [.declaration], "\(problems)")
      #expect(findings[.query]?.text == "1 labels, all signed")
    }
  }

  /// labeler-starter-kit #7: a URL with a path, or of another server, looks right in the document.
  @Test func wrongServiceURLIsReported() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      let key = labeler.server.services.secrets.signingKey.publicKey
      let path = try Self.document(labeler.did, key: key, url: labeler.url.origin + "/xrpc")
      #expect(
        try await Self.findings(labeler, path)[.url]?.text.contains("must not have a path") == true
      )

      let pds = try Self.document(labeler.did, key: key, url: "\(world.pds)")
      let findings = try await Self.findings(labeler, pds)
      #expect(findings[.reachable]?.isOK == true)
      #expect(findings[.stream]?.isOK == false && findings[.query]?.isOK == false)

      let nowhere = try Self.document(labeler.did, key: key, url: "http://127.0.0.1:1")
      #expect(try await Self.findings(labeler, nowhere)[.reachable]?.isOK == false)
    }
  }

  @Test func missingEntriesAreReportedWithWhatToDo() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      let empty = try Self.document(labeler.did, key: nil, url: nil)
      let findings = try await Self.findings(labeler, empty)
      for row in [LabelerCheck.Row.key, .service] {
        #expect(findings[row]?.isOK == false)
        #expect(findings[row]?.text.contains("run atproto labeler setup") == true)
      }
      #expect(findings[.identity]?.isOK == true && findings[.stream]?.isOK == false)
    }
  }

  @Test func keyThatDoesNotSignTheLabelsIsReported() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      try await labeler.label(.repoRef(.init(did: FormatString(labeler.did))), create: ["spam"])
      let other = PrivateKey(generating: .k256).publicKey
      let document = try Self.document(labeler.did, key: other, url: labeler.url.origin)
      let findings = try await Self.findings(
        labeler,
        document,
        key: labeler.server.services.secrets.signingKey.publicKey
      )
      #expect(findings[.key]?.isOK == false)
      #expect(findings[.query]?.text.contains("LABELER_SIGNING_KEY_HEX") == true)
    }
  }

  @Test func unknownIdentityLeavesTheRestUnchecked() async throws {
    let check = LabelerCheck(
      did: "did:web:nowhere.example.com",
      key: nil,
      directory: MemoryIdentityDirectory(),
      transport: AsyncHTTPClientTransport.shared
    )
    let findings = await check.findings()
    #expect(findings.map(\.row) == LabelerCheck.Row.allCases)
    #expect(findings.allSatisfy { !$0.isOK })
  }

  /// The finding about the declaration of an account whose labeler is the world's.
  private static func declarationFinding(
    _ account: TestAccount,
    _ world: LabelerWorld
  ) async throws -> LabelerCheck.Finding? {
    let document = try document(
      account.did,
      key: world.labeler.server.services.secrets.signingKey.publicKey,
      url: world.labeler.url.origin,
      pds: "\(world.pds)"
    )
    return await LabelerCheck(
      did: account.did,
      key: nil,
      directory: MemoryIdentityDirectory([Identity(document: document, handle: .invalid)]),
      transport: AsyncHTTPClientTransport.shared
    ).findings().last
  }

  @Test func declarationIsReadFromTheAccount() async throws {
    try await LabelerWorld.run { world in
      let account = try await world.account("labels")
      let declaration = LabelerDeclaration(client: account.client, did: FormatString(account.did))
      func finding() async throws -> LabelerCheck.Finding? {
        try await Self.declarationFinding(account, world)
      }
      #expect(try await finding()?.text.contains("there is no app.bsky.labeler.service") == true)

      #expect(try await declaration.write(nil) == .created)
      #expect(try await declaration.write(nil) == .unchanged)
      #expect(try await finding() == .init(row: .declaration, isOK: true, text: "0 label values"))

      let record: DataValue = [
        "$type": "app.bsky.labeler.service", "policies": ["labelValues": ["shouting"]],
      ]
      #expect(try await declaration.write(record) == .updated)
      #expect(try await declaration.write(record) == .unchanged)
      #expect(try await finding()?.text.contains("'shouting'") == true)
      #expect(try await declaration.remove() == .removed)
      #expect(try await declaration.remove() == .absent)
    }
  }

  @Test func declarationOfTheRunningLabelerMustBeThePublishedOne() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/declaration.json"
    let file: DataValue = [
      "$type": "app.bsky.labeler.service", "policies": ["labelValues": ["porn"]],
      "reasonTypes": ["com.atproto.moderation.defs#reasonSpam"],
      "createdAt": "2026-11-30T12:00:00.000Z",
    ]
    try file.jsonString().write(toFile: path, atomically: true, encoding: .utf8)
    try await LabelerWorld.run(configure: { $0.declarationFile = path }) { world in
      let account = try await world.account("labels")
      let declaration = LabelerDeclaration(client: account.client, did: FormatString(account.did))
      #expect(try await declaration.write(nil) == .created)
      let finding = try await Self.declarationFinding(account, world)
      #expect(finding?.isOK == false)
      #expect(finding?.text.contains("atproto labeler setup with --declaration") == true)

      #expect(try await declaration.write(file) == .updated)
      #expect(try await Self.declarationFinding(account, world)?.isOK == true)
    }
  }
}
