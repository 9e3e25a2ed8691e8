import Foundation

extension ServiceError {
  /// A ``Code/storage`` error for a file or directory that cannot be created. Foundation wraps the
  /// reason of the operating system in an error of its own; this one states it.
  package init(cannotCreate path: String, _ error: any Error) {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    self.init(.storage, "cannot create \(path): \(reason.localizedDescription)")
  }
}
