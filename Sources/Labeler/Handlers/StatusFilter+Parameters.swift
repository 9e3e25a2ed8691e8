import ATProtoSyntax
import ToolsOzoneAPI
import XRPCServer

extension StatusFilter {
  typealias Parameters = ToolsOzone.Moderation.QueryStatuses.Parameters

  init(_ parameters: Parameters) throws(XRPCServerError) {
    try XRPCServerError.refuse(parameters.unsupported)
    self.init(
      try SubjectScope(
        subject: parameters.subject,
        includesRecords: parameters.includeAllUserRecords ?? false,
        type: parameters.subjectType?.rawValue,
        collections: parameters.collections
      ),
      order: try StatusOrder(parameters)
    )
    let ignored = try XRPCServerError.bounded(
      parameters.ignoreSubjects?.map(\.string),
      "ignoreSubjects"
    )
    for text in ignored { scope.ignored.insert(try Subject.key(text)) }
    if let token = parameters.reviewState?.rawValue {
      guard let state = SubjectStatus.ReviewState(token: token) else {
        throw .invalidRequest("'\(token.prefix(200))' is not a review state")
      }
      self.state = state
    }
    reviewedBy = try parameters.lastReviewedBy?.parsedOrInvalid("lastReviewedBy")
    isTakenDown = parameters.takendown
    isAppealed = parameters.appealed
    times = try StatusTimes(parameters)
    mutes =
      parameters.onlyMuted == true ? .only : parameters.includeMuted == true ? .included : .excluded
    comment = try XRPCServerError.bounded(parameters.comment, "comment")
    tags = try StatusTags(parameters)
    minimums = StatusMinimums(parameters)
    queue = try StatusQueue(parameters)
  }
}

extension StatusFilter.Parameters {
  /// Parameters that cannot be honored must not be ignored silently.
  fileprivate var unsupported: [(name: String, isGiven: Bool)] {
    [
      ("hostingDeletedAfter", hostingDeletedAfter != nil),
      ("hostingDeletedBefore", hostingDeletedBefore != nil),
      ("hostingUpdatedAfter", hostingUpdatedAfter != nil),
      ("hostingUpdatedBefore", hostingUpdatedBefore != nil),
      ("hostingStatuses", hostingStatuses != nil),
      ("ageAssuranceState", ageAssuranceState != nil),
      ("minStrikeCount", minStrikeCount != nil),
    ]
  }
}

extension StatusOrder {
  fileprivate init(_ parameters: StatusFilter.Parameters) throws(XRPCServerError) {
    let field: Field
    switch parameters.sortField {
    case .lastReportedAt: field = .reported
    case .lastReviewedAt: field = .reviewed
    case .priorityScore: field = .priority
    case .reportedRecordsCount, .takendownRecordsCount:
      throw .invalidRequest(
        "sortField \(parameters.sortField.rawValue) is not supported by this service"
      )
    }
    self.init(field, isAscending: parameters.sortDirection == .asc, limit: parameters.limit)
  }
}

extension StatusTimes {
  fileprivate init(_ parameters: StatusFilter.Parameters) throws(XRPCServerError) {
    self.init()
    reportedAfter = try parameters.reportedAfter?.milliseconds("reportedAfter")
    reportedBefore = try parameters.reportedBefore?.milliseconds("reportedBefore")
    reviewedAfter = try parameters.reviewedAfter?.milliseconds("reviewedAfter")
    reviewedBefore = try parameters.reviewedBefore?.milliseconds("reviewedBefore")
  }
}

extension StatusTags {
  fileprivate init(_ parameters: StatusFilter.Parameters) throws(XRPCServerError) {
    self.init()
    anyGroup = try XRPCServerError.bounded(parameters.tags, "tags").map { group in
      group.split(separator: "&&").map(\.trimmingSpaces)
    }
    excluded = try XRPCServerError.bounded(parameters.excludeTags, "excludeTags")
  }
}

extension StatusMinimums {
  fileprivate init(_ parameters: StatusFilter.Parameters) {
    self.init()
    priority = parameters.minPriorityScore
    suspensions = parameters.minAccountSuspendCount
    reportedRecords = parameters.minReportedRecordsCount
    takenDownRecords = parameters.minTakendownRecordsCount
  }
}

extension StatusQueue {
  fileprivate init?(_ parameters: StatusFilter.Parameters) throws(XRPCServerError) {
    guard let count = parameters.queueCount else { return nil }
    let index = parameters.queueIndex ?? 0
    guard (1...1_000).contains(count), (0..<count).contains(index) else {
      throw .invalidRequest("queueCount must be from 1 to 1000, and queueIndex less than it")
    }
    let seed = try XRPCServerError.bounded(parameters.queueSeed, "queueSeed")
    self.init(count: count, index: index, seed: seed ?? "")
  }
}
