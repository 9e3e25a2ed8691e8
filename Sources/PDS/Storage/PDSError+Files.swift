import Foundation

extension PDSError {
  /// Why a directory could not be created. Foundation hides the system's reason in an error of its own.
  init(_ path: String, cannotBeMade error: any Error) {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    self.init(.storage, "cannot create \(path): \(reason.localizedDescription)")
  }
}
