import ATProtoData
import ArgumentParser
import Foundation
import LexiconResolution

/// An error that is printed unchanged: one line, then a line for each detail.
struct CommandError: Error, CustomStringConvertible {
  var reason: String
  var details: [String] = []
  var exitCode = ExitCode.failure

  var description: String { ([reason] + details).joined(separator: "\n") }
}

/// Prints all errors, and exits with their status.
enum CommandFailure {
  /// Prints an error to standard error, as text or as JSON, and exits with its status. JSON of
  /// `atproto lexicon` goes to standard output. Help and the output of ``ArgumentParser/ExitCode``
  /// are not errors; ArgumentParser handles them.
  static func exit(_ error: any Error, asJSON: Bool) -> Never {
    let code =
      (error as? CommandError)?.exitCode ?? (error as? LexiconError).map { ExitCode($0.exitCode) }
      ?? ATProtoCommand.exitCode(for: error)
    if !code.isSuccess, !(error is ExitCode) {
      if asJSON, LexiconFailure.isExpected(CommandLine.arguments) {
        Console.json(LexiconFailure.object(error, code))
      } else {
        for line in lines(error, asJSON: asJSON) { Console.error(line) }
      }
      ATProtoCommand.exit(withError: isMock && code == .validationFailure ? ExitCode(2) : code)
    }
    ATProtoCommand.exit(withError: error)
  }

  /// `atproto mock` ends with 2 if the command line is not valid, as other mock servers do.
  private static var isMock: Bool { CommandLine.arguments.dropFirst().first == "mock" }

  /// `{"error": …, "details": […]}` in JSON; without details if there are none.
  static func lines(_ error: any Error, asJSON: Bool) -> [String] {
    // The descriptions of Foundation's errors are meant for debugging.
    let known =
      error as? CommandError
      ?? (error as? LexiconError).map { CommandError(reason: $0.description) }
      ?? (error as? CocoaError).map { CommandError(reason: $0.localizedDescription) }
    if asJSON {
      let reason = known?.reason ?? ATProtoCommand.message(for: error)
      var object: DataObject = ["error": .string(reason.withoutControls)]
      if let details = known?.details, !details.isEmpty {
        object["details"] = .array(details.map { .string($0.withoutControls) })
      }
      return [DataValue.object(object).jsonString()]
    }
    if let known {
      return ["error: \(known.reason.withoutControls)"]
        + known.details.map { "  \($0.withoutControls)" }
    }
    // Includes the usage if the command line is not valid.
    let text = ATProtoCommand.fullMessage(for: error)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).withoutControls }
    guard let first = lines.first else { return [] }
    let prefix = "Error: "
    let reason = first.hasPrefix(prefix) ? "error: \(first.dropFirst(prefix.count))" : first
    return [reason] + lines.dropFirst()
  }
}
