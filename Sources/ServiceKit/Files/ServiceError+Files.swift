import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

extension ServiceError {
  /// A ``Code/storage`` error for a file or directory that cannot be created. Foundation wraps the
  /// operating system's reason in its own error; this error states it.
  package init(cannotCreate path: String, _ error: any Error) {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    let cause = underlying as NSError
    let reason =
      cause.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(CInt(cause.code))) : cause.localizedDescription
    self.init(.storage, "cannot create \(path): \(reason)")
  }
}
