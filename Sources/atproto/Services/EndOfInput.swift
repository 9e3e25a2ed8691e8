import Foundation

/// The end of standard input, at which a service stops if its parent process has died.
enum EndOfInput {
  /// Stops this process as SIGTERM does, once standard input ends.
  ///
  /// Reads on a thread: files and `/dev/null` do not support readiness notifications.
  static func stop() {
    Thread.detachNewThread {
      while (try? FileHandle.standardInput.read(upToCount: 4096))?.isEmpty == false {}
      kill(getpid(), SIGTERM)
    }
  }
}
