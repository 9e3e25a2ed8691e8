import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import SQLiteStorage
import TestSupport
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

@testable import Labeler

/// The path that everyone uses: a report through a PDS, a decision, and a label that verifies.
@Suite struct ThinPathTests {
  @Test func reportedPostIsLabeledAndTheLabelIsTakenBack() async throws {
    let folder = try TemporaryFolder()
    var configuration = LabelerConfiguration(isDevelopment: true)
    configuration.databasePath = folder.path + "/labeler.sqlite"
    try await LabelerWorld.servers { [configuration] plc, pds in
      let storage = try LabelerStorage.sqlite(configuration)
      let (post, negation) = try await RunningTestLabeler.run(plc: plc, storage: storage) {
        let world = LabelerWorld(plc: $0.plc, pds: pds, labeler: $0)
        return try await Self.work(world)
      }
      try storage.close()

      // Everything is still there after a restart, with the same identity.
      let again = try LabelerStorage.sqlite(configuration)
      try await RunningTestLabeler.run(plc: plc, storage: again) { labeler in
        let replayed = try await labeler.stream(after: 0, count: 1)
        #expect(replayed.map(\.label) == [negation.label])
        #expect(replayed.map(\.sequence) == [negation.sequence])
        #expect(negation.label.src.string == labeler.did.string)
        let statuses = try await labeler.administrator.toolsOzone.moderation.queryStatuses(
          ToolsOzone.Moderation.QueryStatuses.Parameters(
            subject: FormatString(post.uri.string)
          )
        ).subjectStatuses
        #expect(statuses.map(\.reviewState) == [.reviewOpen])
      }
      try again.close()
    }
  }

  private static func work(
    _ world: LabelerWorld
  ) async throws -> (ComAtproto.Repo.StrongRef, (sequence: Int, label: Label)) {
    let labeler = world.labeler
    let author = try await world.account("author")
    let reporter = try await world.account("reporter")
    let post = try await author.post("Buy now")

    let report = try await reporter.report(post, to: labeler.did, text: "an advertisement")
    #expect(report.id > 0 && report.reportedBy.string == reporter.did.string)
    let statuses = try await labeler.administrator.toolsOzone.moderation.queryStatuses()
      .subjectStatuses
    #expect(statuses.map(\.reviewState) == [.reviewOpen])
    #expect(statuses.first?.subject.dataValue["uri"]?.string == post.uri.string)

    try await labeler.label(.strongRef(post), create: ["spam"])
    let sent = try await labeler.stream(after: 0, count: 1)
    let label = try #require(sent.first?.label)
    #expect(label.val == "spam" && label.uri.string == post.uri.string)
    #expect(label.cid?.string == post.cid.string)
    let queried = try await labeler.client.comAtproto.label.queryLabels(
      .init(uriPatterns: ["at://\(author.did)/*"])
    ).labels
    #expect(queried == [label])
    let verifier = LabelVerifier(directory: world.directory)
    #expect(await verifier.verify([label], from: labeler.did) == [.valid])

    // "a label which has been retracted" leaves the stream; its negation stays.
    try await labeler.label(.strongRef(post), negate: ["spam"])
    let replayed = try await labeler.stream(after: 0, count: 1)
    let negation = try #require(replayed.first)
    #expect(negation.label.neg == true && negation.sequence > sent[0].sequence)
    #expect(await verifier.verify([negation.label]) == [.valid])
    return (post, negation)
  }

  @Test func didWebLabelerPublishesItsKeyAndService() async throws {
    try await LabelerWorld.servers { plc, _ in
      let key = PrivateKey(generating: .k256)
      try await RunningTestLabeler.run(
        plc: plc,
        configure: {
          $0.did = "did:web:labels.example.com"
          $0.signingKey = key
          $0.publicURL = HTTPURL("https://labels.example.com")
        }
      ) { labeler in
        let document = try await labeler.send(.get, "/.well-known/did.json")
        #expect(document.head.status == .ok)
        let parsed = try DIDDocument(json: document.body, of: labeler.did)
        #expect(try parsed.signingKey("atproto_label") == key.publicKey)
        let endpoint = try parsed.endpoint("atproto_labeler", type: "AtprotoLabeler")
        #expect(endpoint.origin == "https://labels.example.com")
      }
    }
  }

  @Test func didPLCLabelerPublishesNoDocument() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        #expect(try await labeler.send(.get, "/.well-known/did.json").head.status == .notFound)
        let metadata = try await labeler.send(.get, "/.well-known/ozone-metadata.json")
        let value = try DataValue(json: metadata.body)
        #expect(value["did"]?.string == labeler.did.string)
        #expect(value["url"]?.string == labeler.url.origin)
        #expect(value["publicKey"]?.string == labeler.server.signingKey)
        let identity = try await PLCDirectoryClient(
          url: plc,
          transport: AsyncHTTPClientTransport.shared
        ).document(of: labeler.did)
        let check = IdentityCheck(
          of: labeler.did,
          key: labeler.server.services.secrets.signingKey.publicKey,
          url: { labeler.url.origin },
          directory: MemoryIdentityDirectory()
        )
        #expect(check.problems(of: identity).isEmpty)
      }
    }
  }

  @Test(arguments: ["/xrpc/_health", "/_health"])
  func healthIsReported(_ path: String) async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let answer = try await labeler.send(.get, path)
        #expect(answer.head.status == .ok)
        #expect(try DataValue(json: answer.body)["status"]?.string == "ok")
      }
    }
  }
}
