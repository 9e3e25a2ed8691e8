import ATProtoData
import ArgumentParser

/// How a command ends that found out something bad, in the form in which it was asked.
enum Failure {
  /// Prints the reason, and gives the exit code to be thrown.
  static func report(_ reason: String, details: [String] = [], asJSON: Bool) -> ExitCode {
    if asJSON {
      var object: DataObject = ["error": .string(reason.withoutControls)]
      if !details.isEmpty {
        object["details"] = .array(details.map { .string($0.withoutControls) })
      }
      Console.json(.object(object))
    } else {
      Console.error("error: \(reason.withoutControls)")
      for detail in details { Console.error("  \(detail.withoutControls)") }
    }
    return .failure
  }

  static func report(_ error: any Error, asJSON: Bool) -> ExitCode {
    let failure = error as? ClientFailure ?? ClientFailure(reason: "\(error)")
    return report(failure.reason, details: failure.details, asJSON: asJSON)
  }
}
