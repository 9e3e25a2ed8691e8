import ATProtoData
import ArgumentParser
import Lexicon
import LexiconProject
import LexiconSamples

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Generate sample data for a definition, valid or with exactly one violation.",
    discussion: """
      Valid data reads like real data, about a small cast of people; with --edge-cases it is difficult \
      to handle instead: long strings, unknown fields, unusual forms. \
      The same lexicons, seed, and options produce the same data on every machine. JSON values \
      are printed one per line, DAG-CBOR values one after another. The violation in an invalid \
      value is printed to standard error, or beside the value with --explain.

        lexgen sample app.bsky.feed.post --lexicons Lexicons
        lexgen sample com.example.notes.note --count 5 --seed 7
        lexgen sample com.example.notes.note --edge-cases
        lexgen sample com.example.notes.note --invalid --count 20 --explain
        lexgen sample com.example.notes.note --format cbor > note.cbor
      """
  )

  @Argument(
    help: CatalogSubject.help("Generate values of this definition."),
    completion: CatalogOptions.completion
  )
  var nsid: CatalogSubject

  @Option(help: "Set the seed of the random values.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Generate this many values; with --invalid, at most as many as there are violations."
    )
  )
  var count = 1

  @Flag(help: "Generate valid values that careless readers reject.")
  var edgeCases = false

  @Flag(help: "Generate values that each violate one constraint.")
  var invalid = false

  @Flag(help: "With --invalid, print objects with path, rule, and value instead of values.")
  var explain = false

  @Option(help: "Print values in this format: json or cbor.")
  var format = DataFormat.json

  @OptionGroup var catalog: CatalogOptions

  func validate() throws {
    guard (1...100_000).contains(count) else {
      throw ValidationError("--count must be between 1 and 100000.")
    }
    guard !invalid || !edgeCases else {
      throw ValidationError("--edge-cases and --invalid cannot be combined.")
    }
    guard invalid || !explain else { throw ValidationError("--explain requires --invalid.") }
  }

  func run() throws {
    let loaded = try catalog.load()
    let checked = loaded.checked
    try checked.requireData(nsid.subject)
    let hasErrors = loaded.reportErrors(of: [nsid.subject.nsid])
    var generator = SampleGenerator(catalog: checked, seed: seed)
    var output: [UInt8] = []
    do throws(SampleError) {
      if invalid {
        try writeInvalid(&generator, to: &output)
      } else {
        for _ in 0..<count { write(try validValue(&generator), to: &output) }
      }
    } catch {
      throw CommandFailure("\(error.reason)")
    }
    do throws(FileSystem.Failure) {
      try FileSystem.writeOutput(output)
    } catch {
      throw CommandFailure(error)
    }
    if hasErrors { throw Status.findings }
  }

  private func validValue(
    _ generator: inout SampleGenerator
  ) throws(SampleError) -> DataValue {
    edgeCases ? try generator.valid(nsid.subject) : try generator.realistic(nsid.subject)
  }

  private func writeInvalid(
    _ generator: inout SampleGenerator,
    to output: inout [UInt8]
  ) throws(SampleError) {
    var random = SeededGenerator(seed: seed)
    let samples = try generator.violations(nsid.subject).shuffled(using: &random)
    for (index, sample) in samples.prefix(count).enumerated() {
      let rule =
        switch sample.fault {
        case .shape(let code): code.rawValue
        case .constraint(let rule): rule
        }
      if explain {
        let path = DataValue.string(sample.path)
        write(["path": path, "rule": .string(rule), "value": sample.value], to: &output)
      } else {
        let path = sample.path.isEmpty ? "value" : sample.path
        Terminal.progress("\(index + 1): \(path) violates \(rule)".printable)
        write(sample.value, to: &output)
      }
    }
  }

  private func write(_ value: DataValue, to output: inout [UInt8]) {
    switch format {
    case .json: output += value.jsonBytes() + [UInt8(ascii: "\n")]
    case .cbor: output += value.cborBytes()
    }
  }
}
