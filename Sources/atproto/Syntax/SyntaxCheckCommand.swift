import ATProtoData
import ATProtoSyntax
public import ArgumentParser
public import Lexicon

struct SyntaxCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check whether a string has a format, and if not, why and where.",
    discussion: """
      The exit status is 1 if the string is not valid. With --json: {"type", "value", "valid"}, \
      and "normalized", or "code", "offset" and "reason".
      """
  )

  @Argument(help: "The format's name in Lexicon.")
  var type: StringSchema.Format

  @Argument(help: "The string; put -- before it if it begins with a hyphen.")
  var value: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    do throws(SyntaxError) {
      let normalized = try type.normalized(value)
      let note = normalized == value ? "" : "\nnormalized: \(normalized)"
      report(["normalized": .string(normalized)], isValid: true, "valid \(type.rawValue)\(note)")
    } catch {
      report(
        [
          "code": .string(error.code.rawValue), "offset": .integer(error.offset),
          "reason": .string(error.reason),
        ],
        isValid: false,
        "\(error)"
      )
      throw ExitCode(1)
    }
  }

  private func report(_ fields: DataObject, isValid: Bool, _ text: String) {
    guard output.json else { return Console.line(text) }
    var object = fields
    object["type"] = .string(type.rawValue)
    object["value"] = .string(value)
    object["valid"] = .boolean(isValid)
    Console.json(.object(object))
  }
}

extension StringSchema.Format: ExpressibleByArgument {}

extension StringSchema.Format {
  /// The string in the form that the format's specification prefers, or unchanged if there is no
  /// such form.
  func normalized(_ text: String) throws(SyntaxError) -> String {
    switch self {
    case .atIdentifier:
      switch try ATIdentifier(text) {
      case .did(let did): return did.string
      case .handle(let handle): return handle.normalized.string
      }
    case .atURI: return try ATURI(text).normalized.string
    case .handle: return try Handle(text).normalized.string
    case .language: return try Language(text).normalized.string
    case .nsid: return try NSID(text).normalized.string
    case .cid, .datetime, .did, .recordKey, .spaceRef, .tid, .uri:
      if let error = fault(in: text) { throw error }
      return text
    }
  }
}
