import LexiconCompiler
import LexiconProject

// `lexgen generate` as LexiconBuildPlugin calls it: the same output and diagnostics, without the
// other commands and without a library that parses arguments, because every user of the plugin
// compiles this program.

/// The command line: files and directories, and the long options of `lexgen generate` that the plugin
/// uses.
struct BuildArguments {
  var input = InputSelection()
  var options = GenerateOptions()

  init(_ arguments: [String]) throws(CommandFailure) {
    options.arguments = arguments
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.hasPrefix("-") else {
        input.inputs.append(argument)
        continue
      }
      if argument == "--quiet" {
        options.isQuiet = true
        continue
      }
      guard let value = rest.popFirst() else {
        throw CommandFailure("unknown option '\(argument)', or its value is missing")
      }
      try set(argument, to: value)
    }
  }

  private mutating func set(_ option: String, to value: String) throws(CommandFailure) {
    switch option {
    case "--root": input.roots.append(value)
    case "--refs": input.references.append(value)
    case "--config": input.configuration = value
    case "--module": options.module = value
    case "--output": options.output = value
    case "--cache": options.cache = value
    case "--import":
      guard let module = ImportedModule(value) else {
        throw CommandFailure("'\(value)' is not a valid value of --import: write MODULE=PATH")
      }
      input.imports.append(module)
    case "--access":
      guard let access = CompilerOptions.Access(rawValue: value) else {
        throw CommandFailure("'\(value)' is not a valid access level")
      }
      options.access = access
    default: throw CommandFailure("unknown option '\(option)'")
    }
  }
}

func run() -> Int32 {
  do throws(CommandFailure) {
    let arguments = try BuildArguments(CommandLine.arguments.dropFirst() + [])
    try Generation.run(arguments.input, arguments.options)
    return 0
  } catch {
    if !error.text.isEmpty { Terminal.error(error.text) }
    return error.status
  }
}

Terminal.exit(with: run())
