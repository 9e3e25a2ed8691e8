import Foundation

extension PDSError {
  /// Why something in the file system cannot be made. Foundation hides what the system said behind
  /// an error of its own.
  init(_ path: String, cannotBeMade error: any Error) {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    self.init(.storage, "\(path) cannot be made: \(reason.localizedDescription)")
  }
}
