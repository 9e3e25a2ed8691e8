package import ToolsOzoneAPI
package import XRPC

extension ModerationHandler {
  package func queryEvents(
    _ request: XRPCRequest<ToolsOzone.Moderation.QueryEvents>
  ) async throws -> ToolsOzone.Moderation.QueryEvents.Output {
    _ = try await authentication.moderator(request.context)
    let (events, cursor) = try await desk.events(
      EventFilter(request.parameters),
      after: request.parameters.cursor
    )
    return ToolsOzone.Moderation.QueryEvents.Output(
      cursor: cursor,
      events: try events.map { try Defs.ModEventView($0) }
    )
  }

  package func queryStatuses(
    _ request: XRPCRequest<ToolsOzone.Moderation.QueryStatuses>
  ) async throws -> ToolsOzone.Moderation.QueryStatuses.Output {
    _ = try await authentication.moderator(request.context)
    let (statuses, cursor) = try await desk.statuses(
      StatusFilter(request.parameters),
      after: request.parameters.cursor
    )
    let tallies = try await desk.tallies(of: Set(statuses.map(\.subject.did)))
    return ToolsOzone.Moderation.QueryStatuses.Output(
      cursor: cursor,
      subjectStatuses: statuses.map {
        Defs.SubjectStatusView($0, tally: tallies[$0.subject.did])
      }
    )
  }
}
