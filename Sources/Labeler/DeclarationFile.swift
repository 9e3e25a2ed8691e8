import ATProtoData
import AppBskyAPI
import Foundation
import ServiceKit

/// The file of LABELER_DECLARATION.
enum DeclarationFile {
  /// More than any declaration needs.
  private static let maximumBytes = 1 << 20

  /// Throws ``ServiceError/Code/configuration`` if the file is not a declaration in JSON.
  static func read(_ path: String) throws(ServiceError) -> AppBsky.Labeler.Service {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: maximumBytes + 1), data.count <= maximumBytes
    else {
      throw ServiceError(
        .configuration,
        "LABELER_DECLARATION: cannot read the file, or it is larger than 1 MiB"
      )
    }
    do {
      return try AppBsky.Labeler.Service(DataValue(json: Array(data)))
    } catch {
      throw ServiceError(
        .configuration,
        "LABELER_DECLARATION: the file is not a valid app.bsky.labeler.service record: \(error)"
      )
    }
  }
}
