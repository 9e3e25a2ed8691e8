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

  let key = PrivateKey(generating: .k256)
  private let folder: String
  private let target: StubPDS
  private var process: RunningProcess?
  private(set) var url = ""

  /// Waits until it listens.
  init(folder: String, target: StubPDS) async throws {
    self.folder = folder
    self.target = target
    try await start()
  }

  func start() async throws {
    let output = folder + "/output"
    try? FileManager.default.removeItem(atPath: output)
    let port = url.split(separator: ":").last ?? "0"
    let process = try RunningProcess(
      URL(filePath: "/usr/bin/env"),
      [
        "LABELER_DID=\(Self.did)",
        "LABELER_SIGNING_KEY_HEX=\(hex(key.rawRepresentation))",
        "LABELER_ADMIN_PASSWORD=\(Self.password)",
        "LABELER_DATA_DIRECTORY=\(folder)/data",
        "LABELER_PDS_URL=http://127.0.0.1:\(target.port)",
        "LABELER_PDS_ADMIN_PASSWORD=\(StubPDS.password)",
        "LOG_LEVEL=critical",
        try ChildProcess.built("atproto").path, "labeler", "serve", "--dev", "--port", "\(port)",
      ],
      output: output,
      error: folder + "/log"
    )
    self.process = process
    var address: String?
    for _ in 0..<12_000 where address == nil && !process.hasEnded {
      try await Task.sleep(for: .milliseconds(5))
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      guard text.contains("\n"), let line = text.split(separator: "\n").first else { continue }
      address = try DataValue(json: Array(line.utf8))["address"]?.string
    }
    guard let address else {
      let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
      throw ProcessFailure(reason: "the labeler did not start: \(log)")
    }
    url = address
  }

  /// Ends it with a signal, and waits for that.
  func end(_ signal: Int32) {
    guard let process else { return }
    kill(process.identifier, signal)
    _ = process.wait(seconds: 60)
    self.process = nil
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

  private func hex(_ bytes: [UInt8]) -> String {
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
