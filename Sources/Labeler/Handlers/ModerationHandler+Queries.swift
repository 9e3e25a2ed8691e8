import ATProtoSyntax
package import ToolsOzoneAPI
package import XRPC
import XRPCServer

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

extension SubjectScope {
  fileprivate init(
    subject: FormatString<URIString>?,
    includesRecords: Bool,
    type: String?,
    collections: [FormatString<NSID>]?
  ) throws(XRPCServerError) {
    self.init()
    if let subject {
      let key = try Subject.key(subject.string)
      selection = includesRecords ? .account(key.did) : .one(key)
    }
    switch type {
    case nil, "record", "account": break
    default: throw .invalidRequest("subjectType must be account or record")
    }
    // The schema gives `subject` precedence over `subjectType`, and that over `collections`.
    if subject == nil { isAccount = type.map { $0 == "account" } }
    if isAccount != true { self.collections = (collections ?? []).map(\.string) }
  }
}

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
    comment = try XRPCServerError.bounded(parameters.comment, "comment")?
      .split(separator: "||").map(\.trimmingSpaces).filter { !$0.isEmpty } ?? []
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
  fileprivate var unsupported: [(String, Bool)] {
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

extension Substring {
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension FormatString<Datetime> {
  fileprivate func milliseconds(_ name: String) throws(XRPCServerError) -> Int {
    try parsedOrInvalid(name).instant.wholeMilliseconds
  }
}

extension XRPCServerError {
  fileprivate static func refuse(
    _ parameters: [(name: String, isGiven: Bool)]
  ) throws(XRPCServerError) {
    guard let name = parameters.first(where: \.isGiven)?.name else { return }
    throw .invalidRequest("the parameter \(name) is not supported by this service")
  }

  fileprivate static func bounded(
    _ values: [String]?,
    _ name: String
  ) throws(XRPCServerError) -> [String] {
    guard let values else { return [] }
    guard values.count <= 100, values.allSatisfy({ $0.utf8.count <= 2_048 }) else {
      throw .invalidRequest("\(name) must have at most 100 values of at most 2048 bytes")
    }
    return values
  }

  fileprivate static func bounded(
    _ value: String?,
    _ name: String
  ) throws(XRPCServerError) -> String? {
    guard (value?.utf8.count ?? 0) <= 2_048 else {
      throw .invalidRequest("\(name) must have at most 2048 bytes")
    }
    return value
  }
}
