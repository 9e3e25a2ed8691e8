import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Synchronization
import XRPC
import XRPCServer

@testable import Labeler

/// A service that takedowns are pushed to.
final class AdminService: ComAtproto.Admin.Handler {
  struct Call: Equatable, Sendable {
    var subject: String
    var isApplied: Bool
    var reference: String?
  }

  private struct State {
    var calls: [Call] = []
    var authorizations: [String] = []
    var error: XRPCServerError?
    var emails: [String] = []
  }

  private let state = Mutex(State())
  /// Called before a call is answered.
  private let beforeAnswer: @Sendable () async throws -> Void

  init(beforeAnswer: @escaping @Sendable () async throws -> Void = {}) {
    self.beforeAnswer = beforeAnswer
  }

  var calls: [Call] { state.withLock { $0.calls } }
  var authorizations: [String] { state.withLock { $0.authorizations } }
  var emails: [String] { state.withLock { $0.emails } }

  /// Answers all calls from now on with an error; nil to accept them.
  func answer(_ error: XRPCServerError?) {
    state.withLock { $0.error = error }
  }

  var transport: InMemoryTransport { InMemoryTransport(ComAtproto.Admin.routes(self)) }

  func updateSubjectStatus(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.UpdateSubjectStatus>
  ) async throws -> ComAtproto.Admin.UpdateSubjectStatus.Output {
    let input = request.input
    let (subject, echo): (String, ComAtproto.Admin.UpdateSubjectStatus.Output.Subject) =
      switch input.subject {
      case .repoRef(let reference): (reference.did.string, .repoRef(reference))
      case .strongRef(let reference): (reference.uri.string, .strongRef(reference))
      case .repoBlobRef(let reference): (reference.cid.string, .repoBlobRef(reference))
      case .unknown(let value): ("?", .unknown(value))
      }
    let error = state.withLock { state in
      state.authorizations.append(request.context.headers[.authorization] ?? "")
      state.calls.append(
        Call(
          subject: subject,
          isApplied: input.takedown?.applied == true,
          reference: input.takedown?.ref
        )
      )
      return state.error
    }
    try await beforeAnswer()
    if let error { throw error }
    return ComAtproto.Admin.UpdateSubjectStatus.Output(subject: echo, takedown: input.takedown)
  }

  func sendEmail(
    _ request: XRPCProcedureRequest<ComAtproto.Admin.SendEmail>
  ) async throws -> ComAtproto.Admin.SendEmail.Output {
    let error = state.withLock { state in
      state.emails.append("\(request.input.recipientDid): \(request.input.subject ?? "")")
      return state.error
    }
    if let error { throw error }
    return ComAtproto.Admin.SendEmail.Output(sent: true)
  }
}

/// Sends requests to services by their hosts.
struct HostTransport: HTTPTransport {
  let services: [String: InMemoryTransport]

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    guard let service = services[request.authority ?? ""] else {
      throw TransportError(code: .cannotConnect, reason: "no such service")
    }
    return try await service.send(request, body: body, options: options)
  }
}
