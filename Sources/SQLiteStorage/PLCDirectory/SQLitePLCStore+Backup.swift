import Foundation
import ServiceKit

extension SQLitePLCStore {
  /// Copies the database in `directory` as of one moment into a new directory `target`, while a
  /// server may use it.
  ///
  /// Throws an error of the file system or the database.
  ///
  /// - Returns: The bytes written; nil if there is no database in `directory`.
  public static func backUp(_ directory: String, to target: String) throws -> Int? {
    let source = "\(directory)/\(fileName)"
    let files = FileManager.default
    guard files.fileExists(atPath: source) else { return nil }
    // Left over from a backup that failed.
    try? files.removeItem(atPath: target)
    try files.createDirectory(
      atPath: target,
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700]
    )
    let copy = "\(target)/\(fileName)"
    try SQLiteDatabase.copy(source, to: copy)
    try DurableFile.sync(copy)
    try DurableFile.sync(target)
    return try files.attributesOfItem(atPath: copy)[.size] as? Int ?? 0
  }
}
