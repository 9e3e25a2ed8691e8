import ATProtoData
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
package import ToolsOzoneAPI
package import XRPC
import XRPCServer

/// `tools.ozone.moderation`: events and statuses, for the team.
package struct ModerationHandler: ToolsOzone.Moderation.Handler {
  typealias Defs = ToolsOzone.Moderation.Defs

  let authentication: ModeratorAuthentication
  let desk: ModerationDesk
  let views: SubjectViews

  package init(
    authentication: ModeratorAuthentication,
    desk: ModerationDesk,
    views: SubjectViews
  ) {
    self.authentication = authentication
    self.desk = desk
    self.views = views
  }

  package func emitEvent(
    _ request: XRPCProcedureRequest<ToolsOzone.Moderation.EmitEvent>
  ) async throws -> ToolsOzone.Moderation.Defs.ModEventView {
    var moderator = try await authentication.moderator(request.context)
    if moderator.isPassword {
      // The password names no person, so the caller says who acts. A token does.
      moderator.did = try request.input.createdBy.parsedOrInvalid("createdBy")
    }
    let event = try NewEvent(request.input)
    return try Defs.ModEventView(await desk.emit(event, by: moderator))
  }

  package func getEvent(
    _ request: XRPCRequest<ToolsOzone.Moderation.GetEvent>
  ) async throws -> ToolsOzone.Moderation.Defs.ModEventViewDetail {
    _ = try await authentication.moderator(request.context)
    guard let event = try await desk.event(request.parameters.id) else {
      throw XRPCServerError(
        status: .badRequest,
        name: "EventNotFound",
        message: "there is no event with this id"
      )
    }
    return try await views.detail(of: event)
  }

  package func getRecord(
    _ request: XRPCRequest<ToolsOzone.Moderation.GetRecord>
  ) async throws -> ToolsOzone.Moderation.Defs.RecordViewDetail {
    _ = try await authentication.moderator(request.context)
    let uri = try request.parameters.uri.parsedOrInvalid("uri")
    guard let subject = Subject(uri, cid: request.parameters.cid?.string) else {
      throw XRPCServerError.invalidRequest("uri must be the AT-URI of a record, with a DID")
    }
    return try await views.record(subject)
  }

  package func getRepo(
    _ request: XRPCRequest<ToolsOzone.Moderation.GetRepo>
  ) async throws -> ToolsOzone.Moderation.Defs.RepoViewDetail {
    _ = try await authentication.moderator(request.context)
    return try await views.repo(try request.parameters.did.parsedOrInvalid("did"))
  }
}

extension NewEvent {
  init(_ input: ToolsOzone.Moderation.EmitEvent.Input) throws(XRPCServerError) {
    let blobs = (input.subjectBlobCids ?? []).map(\.string)
    self.init(
      subject: try Subject(input.subject, blobs: blobs),
      action: try ModerationAction(input.event),
      comment: input.event.comment,
      modTool: input.modTool.map { ModTool($0) },
      externalID: input.externalId,
      closesReview: try input.reportAction?.check() ?? false
    )
    let bytes = input.event.cborBytes()
    guard bytes.count <= Self.maximumBodyBytes else {
      throw .invalidRequest("an event must have at most \(Self.maximumBodyBytes) bytes")
    }
    // As it was received: fields that this version does not know are kept.
    body = bytes
  }

  private static var maximumBodyBytes: Int { 128 << 10 }
}

extension ToolsOzone.Moderation.EmitEvent.ReportAction {
  /// Throws unless exactly one way to select reports is given. Reports are answered together: the
  /// event closes the review of the subject.
  fileprivate func check() throws(XRPCServerError) -> Bool {
    let selections = [ids?.isEmpty == false, types?.isEmpty == false, all == true]
    guard selections.count(where: { $0 }) == 1 else {
      throw .invalidRequest("reportAction must have one of ids, types, and all")
    }
    return true
  }
}

extension FormatString {
  /// - Parameter name: of the parameter or field, for the error.
  func parsedOrInvalid(_ name: String) throws(XRPCServerError) -> Format {
    do throws(SyntaxError) {
      return try parsed()
    } catch {
      throw .invalidRequest("\(name): \(error)")
    }
  }
}
