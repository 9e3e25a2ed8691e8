import ATProtoData
import ArgumentParser

/// How a command ends that found out something bad, in the form in which it was asked.
enum Failure {
  /// Prints the reason, and gives the exit code to be thrown.
  static func report(_ reason: String, asJSON: Bool) -> ExitCode {
    if asJSON {
      Console.json(["error": .string(reason.withoutControls)])
    } else {
      Console.error("error: \(reason.withoutControls)")
    }
    return .failure
  }
}
