import ATProtoSyntax
import GRDB
import Labeler

extension SQLiteSubjectStatuses {
  func page(_ filter: StatusFilter, after: StatusPosition?, at now: Int) throws -> StatusPage {
    let source = StatusSource(filter, after: after)
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: source.sql),
      arguments: source.arguments
    )
    var collector = PageCollector<SubjectStatus, StatusPosition>(limit: filter.order.limit)
    while let row = try rows.next() {
      let status = try SubjectStatus(row)
      let goesOn = try collector.examine(at: filter.order.position(of: status)) {
        try match(status, filter, at: now)
      }
      guard goesOn else { break }
    }
    return StatusPage(statuses: collector.items, next: collector.next)
  }

  /// The status with its tags if the filter matches it.
  private func match(
    _ status: SubjectStatus,
    _ filter: StatusFilter,
    at now: Int
  ) throws -> SubjectStatus? {
    guard filter.matchesFields(status, at: now) else { return nil }
    if filter.minimums.needTally {
      guard filter.minimums.match(try tally(of: status.subject.did.string)) else { return nil }
    }
    let tagged = try withTags(status)
    return filter.matchesTags(tagged) ? tagged : nil
  }
}

/// The statement that has the statuses of a filter in its order, without sorting all of them.
private struct StatusSource {
  var sql: String
  var arguments: StatementArguments

  init(_ filter: StatusFilter, after: StatusPosition?) {
    let (column, direction) = (filter.order.field.column, filter.order.isAscending)
    let (comparison, suffix) = direction ? (">", "") : ("<", " DESC")
    let bound =
      after ?? StatusPosition(value: direction ? -1 : .max, id: direction ? -1 : .max)
    let from: String
    switch filter.scope.selection {
    case .one(let key):
      from = "subjectStatus WHERE did = ? AND uri = ?"
      arguments = [key.did, key.record]
    case .account(let did):
      // The order needs all of them, so their number is bounded.
      from =
        "(SELECT * FROM subjectStatus WHERE did = ? LIMIT \(Self.maximumOfAccount)) WHERE TRUE"
      arguments = [did]
    case nil:
      if let state = filter.state, filter.order.field == .reported {
        from = "subjectStatus INDEXED BY statusQueue WHERE reviewState = ?"
        arguments = [state.rawValue]
      } else {
        from = "subjectStatus INDEXED BY \(filter.order.field.index) WHERE TRUE"
        arguments = []
      }
    }
    sql = """
      SELECT * FROM \(from) AND (\(column), id) \(comparison) (?, ?)
      ORDER BY \(column)\(suffix), id\(suffix)
      """
    arguments += [bound.value, bound.id]
  }

  private static let maximumOfAccount = 20_000
}

extension StatusOrder.Field {
  fileprivate var column: String {
    switch self {
    case .reported: "reportedAt"
    case .reviewed: "reviewedAt"
    case .priority: "priority"
    }
  }

  fileprivate var index: String {
    switch self {
    case .reported: "statusReported"
    case .reviewed: "statusReviewed"
    case .priority: "statusPriority"
    }
  }
}
