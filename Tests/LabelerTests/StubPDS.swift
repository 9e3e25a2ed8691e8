import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import XRPC
import XRPCServer

/// A PDS that only stores which accounts are taken down.
final class StubPDS: Sendable {
  static let password = "the password of the PDS"

  let port: Int
  private let task: Task<Void, any Error>
  private let states: States

  private final class States: ComAtproto.Admin.Handler {
    let applied = Mutex<[String: Bool]>([:])

    func updateSubjectStatus(
      _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
    ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
      let credentials = Data("admin:\(StubPDS.password)".utf8).base64EncodedString()
      guard request.context.headers[.authorization] == "Basic \(credentials)",
        case .repoRef(let subject) = request.input.subject,
        let takedown = request.input.takedown
      else { throw XRPCServerError.invalidRequest("not the call that was expected") }
      applied.withLock { $0[subject.did.string] = takedown.applied }
      return ComAtproto.Admin.UpdateSubjectStatus.Output(
        subject: .repoRef(subject),
        takedown: takedown
      )
    }
  }

  init() async throws {
    let states = States()
    let logger = Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() }
    let server = XRPCServer(
      ComAtproto.Admin.routes(states),
      configuration: XRPCServerConfiguration(port: 0),
      logger: logger
    )
    let (ports, port) = AsyncStream<Int>.makeStream()
    let services = ServiceGroup(
      services: [server.application { port.yield($0) }],
      logger: logger
    )
    task = Task { try await services.run() }
    self.port = await ports.first { _ in true } ?? 0
    self.states = states
  }

  deinit {
    task.cancel()
  }

  /// Whether an account is taken down; nil if it has never been.
  func isTakenDown(_ did: String) -> Bool? {
    states.applied.withLock { $0[did] }
  }
}
