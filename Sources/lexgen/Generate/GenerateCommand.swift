import ArgumentParser
import LexiconCompiler
import LexiconProject

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate Swift from Lexicon documents.",
    discussion: """
      Unchanged files are not touched. Files that are no longer generated are removed, but only if \
      they start with the header of generated files.

      Without lexgen.yaml, everything is generated into one module. With 'locked: true' in \
      lexgen.yaml, nothing is generated unless the installed documents are the versions in the \
      manifest lexicons.json.

        lexgen generate
        lexgen generate Lexicons --output Sources/Generated --module NoteLexicons
        lexgen generate Lexicons --output Notes --package Notes --runtime ../lexgen
        lexgen generate Notes --output N --package N --runtime ../lexgen \\
          --import ComAtprotoAPI=Lexicons/com/atproto
      """
  )

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the files to this directory.", valueName: "directory"),
    completion: .directory
  )
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write a complete Swift package with this name to the output directory.",
      valueName: "name"
    )
  )
  var package: String?

  @Option(
    help: ArgumentHelp(
      "Depend on the runtime package at this location, with --package.",
      discussion: "A directory relative to the new package, or the URL of a repository.",
      valueName: "path or URL"
    )
  )
  var runtime: String?

  @Option(
    help: ArgumentHelp(
      "Require this version of the runtime package: from:VERSION, exact:VERSION, or branch:NAME.",
      discussion: "Only if --runtime is a URL. Default: from:\(Version.number).",
      valueName: "requirement"
    ),
    transform: GenerateCommand.requirement
  )
  var runtimeVersion = RuntimePackage.Requirement.from(Version.number)

  @Option(help: ArgumentHelp("Generate everything into this module.", valueName: "name"))
  var module: String?

  @Option(
    help: ArgumentHelp(
      "Set the access level of the generated declarations: public, package, or internal.",
      discussion: "Default: 'access' in lexgen.yaml, or else public, and internal with --root.",
      valueName: "level"
    ),
    transform: choice(CompilerOptions.Access.allCases)
  )
  var access: CompilerOptions.Access?

  @Option(
    help: ArgumentHelp(
      "Generate this part: types, client, or server; repeatable. Types are always generated.",
      discussion: "Default: 'emit' in lexgen.yaml, or else everything.",
      valueName: "part"
    ),
    transform: choice(CompilerOptions.Part.allCases)
  )
  var emit: [CompilerOptions.Part] = []

  @Option(
    help: ArgumentHelp(
      "Cache the result in this file and reuse it while input, options, and lexgen are unchanged.",
      discussion: "The output directory is brought up to date in every case. The file is valid on "
        + "this machine only; do not commit it.",
      valueName: "file"
    )
  )
  var cache: String?

  @Flag(help: "Generate code for the documents without errors even if others have errors.")
  var keepGoing = false

  @Flag(name: .shortAndLong, help: "Print only errors and warnings.")
  var quiet = false

  private static func requirement(_ text: String) throws -> RuntimePackage.Requirement {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("from", 2): return .from(parts[1])
    case ("exact", 2): return .exact(parts[1])
    case ("branch", 2): return .branch(parts[1])
    default:
      throw ValidationError("Write from:VERSION, exact:VERSION, or branch:NAME.")
    }
  }

  func run() throws {
    var options = GenerateOptions()
    options.output = output
    options.package = package
    options.runtime = runtime
    options.runtimeVersion = runtimeVersion
    options.module = module
    options.access = access
    options.parts = Set(emit)
    options.cache = cache
    options.keepsGoing = keepGoing
    options.isQuiet = quiet
    options.arguments = CommandLine.arguments.dropFirst() + []
    try Generation.run(input.selection, options)
  }
}
