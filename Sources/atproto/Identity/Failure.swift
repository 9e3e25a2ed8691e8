import ATProtoData
import ArgumentParser

/// How a command ends that found out something bad, in the form in which it was asked.
enum Failure {
  /// Prints the reason, and gives the exit code to be thrown.
  static func report(_ reason: String, asJSON: Bool) -> ExitCode {
    if asJSON {
      Console.line(DataValue.object(["error": .string(Table.printable(reason))]).jsonString())
    } else {
      Console.error("error: \(Table.printable(reason))")
    }
    return .failure
  }
}
