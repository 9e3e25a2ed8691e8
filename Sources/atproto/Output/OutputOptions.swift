import ATProtoData
import ArgumentParser

/// The option `--json`, which every command that prints results has.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false

  /// Whether a command line requests JSON, even if it cannot be parsed.
  static func wantsJSON(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains("--json")
  }

  /// Prints one result: a JSON value on one line, or text.
  func print(_ value: @autoclosure () -> DataValue, orText text: @autoclosure () -> String) {
    if json { Console.json(value()) } else { Console.line(text().withoutControls) }
  }

  /// Prints one result: a JSON value on one line, or a table.
  func print(_ value: @autoclosure () -> DataValue, orTable build: (inout TextTable) -> Void) {
    if json { return Console.json(value()) }
    var table = TextTable()
    build(&table)
    table.print()
  }

  /// Prints a line about the command's progress to standard error.
  func note(_ value: @autoclosure () -> DataValue, orText text: @autoclosure () -> String) {
    Console.error(json ? value().jsonString() : text().withoutControls)
  }

  func warn(_ text: String) {
    note(["warning": .string(text.withoutControls)], orText: "warning: \(text)")
  }
}
