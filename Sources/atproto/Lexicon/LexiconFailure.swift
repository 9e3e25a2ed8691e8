import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

/// How the commands of `atproto lexicon` print errors with `--json`: `{"error", "message", "nsid"}`
/// on standard output, with the name of the error.
enum LexiconFailure {
  /// Whether a command line is one of these commands.
  static func isExpected(_ arguments: [String]) -> Bool {
    arguments.dropFirst().first == "lexicon"
  }

  static func object(_ error: any Error, _ code: ExitCode) -> DataValue {
    if let error = error as? LexiconError { return object(error) }
    let text =
      (error as? CommandError).map(\.description) ?? ATProtoCommand.message(for: error)
    return [
      "error": code == .validationFailure ? "InvalidArguments" : "Failed",
      "message": .string(text.withoutControls),
    ]
  }

  static func object(_ error: LexiconError) -> DataValue {
    var object: DataObject = [
      "error": .string(error.code.rawValue), "message": .string(error.description.withoutControls),
    ]
    if let nsid = error.nsid { object["nsid"] = .string(nsid.string) }
    return .object(object)
  }
}
