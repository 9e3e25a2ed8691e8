import Foundation
import GRDB

extension [UInt8] {
  /// The bytes as a column value.
  var data: Data { Data(self) }

  /// The only column of the first row, as bytes.
  static func fetchOne(
    _ db: Database,
    sql: String,
    arguments: StatementArguments
  ) throws -> [UInt8]? {
    try Data.fetchOne(db, sql: sql, arguments: arguments).map([UInt8].init)
  }
}

extension Row {
  func bytes(_ column: String) -> [UInt8] {
    [UInt8](self[column] as Data)
  }

  /// Returns nil for NULL.
  func bytesIfPresent(_ column: String) -> [UInt8]? {
    (self[column] as Data?).map([UInt8].init)
  }
}
