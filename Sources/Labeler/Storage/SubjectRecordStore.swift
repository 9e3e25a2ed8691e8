package import ATProtoData

/// Copies of reported records, within a transaction: moderators see what was reported after it is
/// gone.
package protocol SubjectRecordStore {
  /// - Parameter cid: a version; nil for the one that was fetched last.
  func record(_ uri: String, cid: String?) throws -> SubjectRecord?

  /// Inserts or replaces a version of a record.
  func save(_ record: SubjectRecord) throws
}

package struct SubjectRecord: Hashable, Sendable {
  /// Of these versions, the ones that were fetched last are kept.
  package static let maximumVersions = 20

  package var uri: String
  package var cid: String
  package var value: DataValue
  /// In milliseconds since 1970.
  package var fetchedAt: Int

  package init(uri: String, cid: String, value: DataValue, fetchedAt: Int) {
    self.uri = uri
    self.cid = cid
    self.value = value
    self.fetchedAt = fetchedAt
  }
}
