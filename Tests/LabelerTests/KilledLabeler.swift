import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import TestSupport
import ToolsOzoneAPI
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient

/// `atproto labeler serve` as a process that can be killed and started again on the same port.
final class KilledLabeler {
  static let did = "did:web:labeler.test"
  private static let password = "a password for the kill test"

  let key: PrivateKey
  private let process: ServiceProcess

  /// Waits until it listens.
  init(folder: String, target: StubPDS) async throws {
    let key = PrivateKey(generating: .k256)
    self.key = key
    process = try await ServiceProcess(
      ["labeler", "serve", "--dev"],
      in: folder,
      environment: [
        "LABELER_DID=\(Self.did)",
        "LABELER_SIGNING_KEY_HEX=\(Self.hex(key.rawRepresentation))",
        "LABELER_ADMIN_PASSWORD=\(Self.password)",
        "LABELER_DATA_DIRECTORY=\(folder)/data",
        "LABELER_PDS_URL=http://127.0.0.1:\(target.port)",
        "LABELER_PDS_ADMIN_PASSWORD=\(StubPDS.password)",
        "LOG_LEVEL=critical",
      ]
    )
  }

  var url: String { process.address }

  func start() async throws {
    try await process.start()
  }

  /// Ends it with a signal, and waits for that.
  func end(_ signal: Int32) {
    process.end(signal)
  }

  /// A client with the administrator's password.
  var client: XRPCClient {
    var client = XRPCClient(
      service: ServiceEndpoint(url)!,
      transport: AsyncHTTPClientTransport.shared
    )
    let credentials = Data("admin:\(Self.password)".utf8).base64EncodedString()
    client.headers[.authorization] = "Basic \(credentials)"
    return client
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}

/// What a moderator does in the kill test. Every call has a comment of its own.
enum KillAction: Hashable, Sendable {
  case report
  case label(String)
  case negate(String)
  case takeDown
  case reverse

  /// Throws ``KillRefusal`` if the labeler answers with an error.
  func perform(on did: String, comment: String, _ client: XRPCClient) async throws {
    let reference = ComAtproto.Admin.Defs.RepoRef(did: FormatString(did))
    guard let event = event(comment) else {
      do {
        _ = try await client.comAtproto.moderation.createReport(
          ComAtproto.Moderation.CreateReport.Input(
            reasonType: .reasonSpam,
            reason: comment,
            subject: .repoRef(reference)
          )
        )
      } catch .failure(let failure, _) {
        throw KillRefusal(reason: "\(failure.errorBody)")
      }
      return
    }
    do {
      _ = try await client.toolsOzone.moderation.emitEvent(
        ToolsOzone.Moderation.EmitEvent.Input(
          event: event,
          subject: .repoRef(reference),
          createdBy: FormatString(KilledLabeler.did)
        )
      )
    } catch .failure(let failure, _) {
      throw KillRefusal(reason: "\(failure.errorBody)")
    }
  }

  private func event(_ comment: String) -> ToolsOzone.Moderation.EmitEvent.Input.Event? {
    typealias Defs = ToolsOzone.Moderation.Defs
    return switch self {
    case .report: nil
    case .label(let value):
      .modEventLabel(
        Defs.ModEventLabel(comment: comment, createLabelVals: [value], negateLabelVals: [])
      )
    case .negate(let value):
      .modEventLabel(
        Defs.ModEventLabel(comment: comment, createLabelVals: [], negateLabelVals: [value])
      )
    case .takeDown: .modEventTakedown(Defs.ModEventTakedown(comment: comment))
    case .reverse: .modEventReverseTakedown(Defs.ModEventReverseTakedown(comment: comment))
    }
  }

  /// The effect on the labels of a subject, of which true means that it is negated.
  func apply(to labels: inout [String: Bool]) {
    switch self {
    case .report: break
    case .label(let value): labels[value] = false
    case .negate(let value): labels[value] = true
    case .takeDown: labels["!takedown"] = false
    case .reverse: labels["!takedown"] = true
    }
  }
}

/// An answer that the kill test does not expect.
struct KillRefusal: Error {
  var reason: String
}
