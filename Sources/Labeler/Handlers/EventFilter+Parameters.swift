import ATProtoSyntax
import ToolsOzoneAPI
import XRPCServer

extension EventFilter {
  init(_ parameters: ToolsOzone.Moderation.QueryEvents.Parameters) throws(XRPCServerError) {
    try XRPCServerError.refuse([
      ("ageAssuranceState", parameters.ageAssuranceState != nil),
      ("withStrike", parameters.withStrike != nil),
    ])
    self.init(
      try SubjectScope(
        subject: parameters.subject,
        includesRecords: parameters.includeAllUserRecords,
        type: parameters.subjectType?.rawValue,
        collections: parameters.collections
      ),
      kinds: parameters.types.map { Set($0.compactMap(ModerationAction.Kind.init(type:))) },
      createdBy: try parameters.createdBy?.parsedOrInvalid("createdBy"),
      createdAfter: try parameters.createdAfter?.milliseconds("createdAfter"),
      createdBefore: try parameters.createdBefore?.milliseconds("createdBefore"),
      content: try EventContent(parameters),
      isAscending: parameters.sortDirection == .asc,
      limit: parameters.limit
    )
  }
}

extension EventContent {
  fileprivate init(
    _ parameters: ToolsOzone.Moderation.QueryEvents.Parameters
  ) throws(XRPCServerError) {
    self.init()
    hasComment = parameters.hasComment ?? false
    comment =
      try XRPCServerError.bounded(parameters.comment, "comment")?
      .split(separator: "||").map(\.trimmingSpaces).filter { !$0.isEmpty } ?? []
    // Each is looked for in thousands of comments.
    guard comment.count <= 10 else {
      throw .invalidRequest("comment must have at most 10 alternatives")
    }
    addedLabels = try XRPCServerError.bounded(parameters.addedLabels, "addedLabels")
    removedLabels = try XRPCServerError.bounded(parameters.removedLabels, "removedLabels")
    addedTags = try XRPCServerError.bounded(parameters.addedTags, "addedTags")
    removedTags = try XRPCServerError.bounded(parameters.removedTags, "removedTags")
    reportTypes = try XRPCServerError.bounded(parameters.reportTypes, "reportTypes")
    policies = try XRPCServerError.bounded(parameters.policies, "policies")
    tools = try XRPCServerError.bounded(parameters.modTool, "modTool")
    batchID = parameters.batchId
  }
}
