import ATProtoCrypto
import ATProtoData
package import ATProtoSyntax
package import ComAtprotoAPI
import XRPCServer

/// The labels of one labeler: signs them, stores them, and answers queries for them.
package struct Labels: Sendable {
  package let source: DID
  private let keys: SigningKeys
  private let store: any LabelerStore
  private let encoding: LabelEncoding
  private let metrics: LabelMetrics?

  package init(
    source: DID,
    keys: SigningKeys,
    store: any LabelerStore,
    metrics: LabelMetrics? = nil
  ) {
    self.source = source
    self.keys = keys
    self.store = store
    self.metrics = metrics
    encoding = LabelEncoding(source: source)
  }

  // MARK: Changing labels

  /// Signs and stores labels and negations within a transaction, in order. If a subject and value
  /// occur more than once, the last change counts.
  ///
  /// A label that exists already is created again, and one that does not exist is negated: after a
  /// restored backup, consumers may have labels that the labeler does not know.
  ///
  /// Throws `InvalidRequest` for subjects and values that a label cannot have.
  ///
  /// - Parameter now: milliseconds since 1970.
  package func apply(
    _ changes: [LabelChange],
    at now: Int,
    in transaction: any LabelerTransaction
  ) throws -> [LabelRow] {
    let changes = Self.withoutRepetitions(changes)
    guard !changes.isEmpty else { return [] }
    var (sequence, newestTime) = try transaction.labels.newest() ?? (0, 0)
    return try changes.map { change in
      try Self.check(change)
      sequence += 1
      // "A current timestamp (later than any previous timestamps)" (Label specification, "Label
      // Lifecycle: Negation and Expiration"), even if the clock was set back.
      newestTime = max(now, newestTime)
      let previous = try transaction.labels.row(uri: change.uri, value: change.value)
      if let previous { newestTime = max(newestTime, previous.createdAt + 1) }
      var row = LabelRow(
        sequence: sequence,
        uri: change.uri,
        value: change.value,
        // Some consumers keep a label for each version, so a negation names that of its label.
        cid: change.isNegated && previous != nil ? previous?.cid : change.cid,
        isNegated: change.isNegated,
        createdAt: newestTime,
        expiresAt: change.expiresAt,
        key: keys.current.id,
        signature: []
      )
      row.signature = signature(of: row)
      try transaction.labels.replace(row)
      return row
    }
  }

  private static func withoutRepetitions(_ changes: [LabelChange]) -> [LabelChange] {
    var seen: Set<LabelCursor> = []
    return changes.reversed().filter { change in
      seen.insert(LabelCursor(uri: change.uri, value: change.value)).inserted
    }.reversed()
  }

  private static func check(_ change: LabelChange) throws(XRPCServerError) {
    guard (1...UriPatterns.maximumBytes).contains(change.uri.utf8.count),
      LabelText.isPlain(change.uri), !change.uri.contains("*")
    else { throw .invalidRequest("a label must be about a DID or an AT-URI") }
    // "128 bytes max" (Label specification, "Schema and Data Model").
    guard (1...128).contains(change.value.utf8.count), LabelText.isPlain(change.value) else {
      throw .invalidRequest("a label value must have 1 to 128 ASCII characters without spaces")
    }
    guard change.cid.map({ $0.utf8.count <= 256 && LabelText.isPlain($0) }) ?? true else {
      throw .invalidRequest("a label's cid must be a CID")
    }
    guard change.expiresAt.map({ (0...LabelTime.maximum).contains($0) }) ?? true else {
      throw .invalidRequest("a label cannot expire after the year 9999")
    }
  }

  private func signature(of row: LabelRow) -> [UInt8] {
    keys.current.key.sign(encoding.signedBytes(of: row))
  }

  // MARK: Reading labels

  /// A page of the current labels, negated and expired ones included, ordered by subject and value.
  ///
  /// The order is that of an index, in which labels with a common prefix are neighbors, and a label
  /// that is created again does not move: pages are complete while labels change.
  package func page(
    _ query: LabelQuery
  ) async throws -> (labels: [ComAtproto.Label.Defs.Label], next: LabelCursor?) {
    guard query.includes(source) else { return ([], nil) }
    let rows = try await store.read { transaction throws in
      try transaction.labels.rows(
        in: query.patterns.ranges,
        after: query.after,
        limit: query.limit + 1
      )
    }
    let page = Array(rows.prefix(query.limit))
    let next = rows.count > page.count ? page.last.map { LabelCursor($0) } : nil
    return (try await signedAgain(page).map(label), next)
  }

  /// The labels on one subject that have not been negated.
  package func labels(on uri: String) async throws -> [ComAtproto.Label.Defs.Label] {
    let rows = try await store.read { transaction throws in
      try transaction.labels.rows(in: [SubjectRange(from: uri)], after: nil, limit: 1_000)
    }
    return try await signedAgain(rows.filter { !$0.isNegated }).map(label)
  }

  package func label(_ row: LabelRow) -> ComAtproto.Label.Defs.Label {
    ComAtproto.Label.Defs.Label(
      ver: 1,
      src: FormatString(source),
      uri: FormatString(row.uri),
      cid: row.cid.map { FormatString($0) },
      val: row.value,
      // "If the `neg` field is `false`, best practice is to simply not include the field at all"
      // (Label specification, "Schema and Data Model").
      neg: row.isNegated ? true : nil,
      cts: FormatString(LabelTime.text(row.createdAt)),
      exp: row.expiresAt.map { FormatString(LabelTime.text($0)) },
      sig: Bytes(row.signature)
    )
  }

  // MARK: Rotating the key

  /// Replaces and stores the signatures of an earlier key: "check which key was used for signing. if
  /// out of date, re-sign and persist the signatures for that batch of labels. the created-at
  /// timestamp should not be changed" (Label specification, "Signature Lifecycle").
  private func signedAgain(_ rows: [LabelRow]) async throws -> [LabelRow] {
    guard rows.contains(where: { isStale($0) }) else { return rows }
    return try await store.write { transaction throws in
      try rows.map { row in
        try isStale(row) ? signAgain(row, in: transaction) : row
      }
    }
  }

  func isStale(_ row: LabelRow) -> Bool { row.key != keys.current.id }

  @discardableResult
  func signAgain(_ row: LabelRow, in transaction: any LabelerTransaction) throws -> LabelRow {
    var signed = row
    signed.key = keys.current.id
    signed.signature = signature(of: row)
    try transaction.labels.setSignature(
      signed.signature,
      key: signed.key,
      of: row.sequence,
      ifKeyIs: row.key
    )
    metrics?.signed(.resigned)
    return signed
  }
}
