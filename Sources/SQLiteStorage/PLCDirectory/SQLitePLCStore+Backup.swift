import Foundation
import ServiceKit

extension SQLitePLCStore {
  /// Copies a snapshot of the database in `directory` into a new directory `target`. A server may
  /// be using the database.
  ///
  /// Throws an error of the file system or the database.
  ///
  /// - Returns: the number of bytes written; nil if there is no database in `directory`.
  public static func backUp(_ directory: String, to target: String) throws -> Int? {
    let source = "\(directory)/\(fileName)"
    let files = FileManager.default
    guard files.fileExists(atPath: source) else { return nil }
    // Remove the remains of a failed backup.
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
