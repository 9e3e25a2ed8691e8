import ATProtoData
import ATProtoSyntax
import ArgumentParser

struct SyntaxCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "Says whether a text is of a string format, and if not, which rule it breaks and where.",
    discussion: "The exit status is 0 for a valid text and 1 for any other."
  )

  @Argument(help: "The format's Lexicon name.")
  var type: FormatName

  @Argument(help: "The text; put -- before one that begins with a hyphen.")
  var value: String

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() async throws {
    do throws(SyntaxError) {
      let normalized = try type.normalized(value)
      report(["normalized": .string(normalized)], valid: true)
      if !json {
        Console.line("valid \(type.rawValue)")
        if normalized != value { Console.line("normalized: \(normalized)") }
      }
    } catch {
      report(
        [
          "code": .string(error.code.rawValue), "offset": .integer(error.offset),
          "reason": .string(error.reason),
        ],
        valid: false
      )
      if !json { Console.line("\(error)") }
      throw ExitCode(1)
    }
  }

  private func report(_ fields: DataObject, valid: Bool) {
    guard json else { return }
    var object = fields
    object["type"] = .string(type.rawValue)
    object["value"] = .string(value)
    object["valid"] = .boolean(valid)
    Console.json(.object(object))
  }
}
