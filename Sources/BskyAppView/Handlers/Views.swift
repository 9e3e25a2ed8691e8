import ATProtoSyntax
import AppBskyAPI
import AppView
import HTTPTypes
import LexiconIndex
import XRPCServer

/// Reads what a request needs and makes views of it.
struct Views: Sendable {
  let context: IndexContext
  let pictures: PictureURLs

  init(_ context: IndexContext, _ pictures: PictureURLs) {
    self.context = context
    self.pictures = pictures
  }

  /// Calls `body` with a snapshot to load from, and adds labels to what was loaded.
  func load<Value: Sendable>(
    _ body: @escaping @Sendable (inout ViewLoader) throws -> Value
  ) async throws -> (Value, ViewBuilder) {
    let viewer = context.viewer
    var (value, data) = try await context.index.read { index in
      var loader = ViewLoader(index, viewer: viewer)
      let value = try body(&loader)
      return (value, loader.data)
    }
    data.labels = try await context.labels.labels(on: data.subjects)
    return (value, ViewBuilder(data: data, pictures: pictures))
  }
}

extension Views.Batch: Sendable where Row: Sendable {}

extension Views {
  /// A part of a list: rows that are shown, or nil for those that are not, with their positions.
  struct Batch<Row> {
    var rows: [(row: Row?, position: RecordPosition)]
    var next: RecordPosition?
  }

  /// Reads a list until a page is full: "pages hold `limit` rows if there are that many visible
  /// ones", and there is a cursor only if something follows.
  ///
  /// - Parameter batch: returns at most a number of rows after a position.
  static func page<Row>(
    limit: Int,
    after cursor: String?,
    scope: String,
    _ batch: (_ after: RecordPosition?, _ limit: Int) async throws -> Batch<Row>
  ) async throws -> (rows: [Row], cursor: String?) {
    let start = try cursor.map { try RecordPosition(cursor: $0, scope: scope) }
    var position = start
    var rows: [Row] = []
    var last: RecordPosition?
    // Bounds the work for lists of which hardly anything is shown.
    for round in 0..<maximumBatches {
      let wanted = limit + 1 - rows.count
      // What is hidden comes in long runs: the further it goes, the more is read at once.
      let size = min(batchSize * round, maximumBatchSize)
      let part = try await batch(position, max(wanted, size))
      for (row, position) in part.rows {
        guard let row else { continue }
        guard rows.count < limit else {
          return (rows, (last ?? start ?? .beginning).cursor(scope: scope))
        }
        rows.append(row)
        last = position
      }
      guard let next = part.next else { return (rows, nil) }
      position = next
    }
    return (rows, rows.isEmpty ? nil : position?.cursor(scope: scope))
  }

  static let maximumBatches = 50
  static let batchSize = 200
  private static let maximumBatchSize = 1_000
}

extension IndexState {
  /// The account of a name.
  ///
  /// - Throws: 400 `InvalidRequest` if it is not known, `AccountTakedown` or `AccountDeactivated`
  ///   if it is hidden.
  func visibleAccount(_ actor: FormatString<ATIdentifier>) throws -> IndexedAccount {
    guard let identifier = try? actor.parsed(), let account = try account(identifier) else {
      throw XRPCServerError.invalidRequest("Profile not found")
    }
    switch account.visibility {
    case .visible: return account
    case .takenDown, .inactive("takendown"): throw XRPCServerError.accountTakedown
    case .inactive: throw XRPCServerError.accountDeactivated
    }
  }

  /// The address of a record's URI, whose authority may be a handle; nil if it is not that of a
  /// record.
  func address(_ uri: FormatString<ATURI>) throws -> RecordAddress? {
    guard let uri = try? uri.parsed() else { return nil }
    if let address = RecordAddress(uri) { return address }
    guard let collection = uri.collection, let recordKey = uri.recordKey,
      let account = try account(uri.authority)
    else { return nil }
    return RecordAddress(did: account.did, collection: collection, recordKey: recordKey)
  }
}

extension XRPCServerError {
  static let accountTakedown = XRPCServerError(
    status: .badRequest,
    name: "AccountTakedown",
    message: "Account has been suspended"
  )
  static let accountDeactivated = XRPCServerError(
    status: .badRequest,
    name: "AccountDeactivated",
    message: "Account is deactivated"
  )
}

extension ViewBuilder {
  /// Checks that no labeler takes down an account that the request names.
  func checkVisible(_ account: IndexedAccount) throws(XRPCServerError) {
    guard data.isVisible(account.did) else { throw .accountTakedown }
  }
}

extension RecordPosition {
  /// Before the first record of a list, newest first.
  fileprivate static let beginning = RecordPosition(value: .instant(.max), uri: "")
}

extension IndexedRecord {
  /// Where the record is in a list, newest first.
  var position: RecordPosition { RecordPosition(value: .instant(sortAt), uri: uri) }
}
