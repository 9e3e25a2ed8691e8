import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconProject
import LexiconSamples

/// The two encodings of data on the network.
enum DataFormat: String, CaseIterable, ExpressibleByArgument {
  case json
  case cbor

  /// Detects the encoding: an object starts with a non-ASCII byte in DAG-CBOR, and with a brace or
  /// white space in JSON.
  init(of bytes: [UInt8]) {
    self = bytes.first.map { $0 >= 0x80 } ?? false ? .cbor : .json
  }
}

/// Validates data against one definition of a catalog.
struct DataCheck {
  private enum Target {
    case definition(NSID, String)
    case schema(Schema)
  }

  private let catalog: Catalog
  private let rules: ValidationRules
  private let unknownFields: UnknownFieldPolicy
  private let target: Target

  init(
    _ checked: CheckedCatalog,
    _ subject: SampleSubject,
    rules: ValidationRules,
    unknownFields: UnknownFieldPolicy
  ) throws(CommandFailure) {
    catalog = checked.catalog
    self.rules = rules
    self.unknownFields = unknownFields
    try checked.requireData(subject)
    do throws(SampleError) {
      let schema = try catalog.schema(of: subject)
      if subject.part == nil, let nsid = try? NSID(subject.nsid) {
        target = .definition(nsid, subject.definition)
      } else {
        target = .schema(schema)
      }
    } catch {
      throw CommandFailure(error.reason)
    }
  }

  /// Calls a function with the findings in each value of a file.
  func forEachValue(
    in bytes: [UInt8],
    name: String,
    format: DataFormat,
    _ body: ([DataFinding]) -> Void
  ) {
    var places: JSONPlaces?
    for element in DataSequence(bytes, format: format) {
      if case .success(let value) = element.value {
        let violations = violations(in: value)
        guard !violations.isEmpty, format == .json else {
          body(violations.map { finding($0.violation) })
          continue
        }
        let known = places ?? JSONPlaces(bytes, name: name)
        places = known
        let tree = known.tree(of: element)
        body(violations.map { finding($0.violation, $0.steps, element, tree, known) })
      } else if case .failure(let error) = element.value {
        if format == .json { places = places ?? JSONPlaces(bytes, name: name) }
        body([finding(error, element, places)])
      }
    }
  }

  private func finding(
    _ error: DataError,
    _ element: DataSequence.Element,
    _ places: JSONPlaces?
  ) -> DataFinding {
    let offset = element.start + error.offset
    return DataFinding(
      path: error.path,
      rule: error.code.rawValue,
      message: error.reason,
      severity: .error,
      offset: offset,
      location: places?.location(at: offset)
    )
  }

  private func finding(
    _ violation: Violation,
    _ steps: [DataPath],
    _ element: DataSequence.Element,
    _ tree: LocatedTree,
    _ places: JSONPlaces
  ) -> DataFinding {
    var finding = finding(violation)
    let isKey = violation.rule == Self.unknownField
    let offset = element.start + places.offset(steps, isKey: isKey, in: tree)
    finding.offset = offset
    finding.location = places.location(at: offset)
    return finding
  }

  private static let unknownField = "unknown-field"

  private func violations(
    in value: DataValue
  ) -> [(violation: Violation, steps: [DataPath])] {
    switch target {
    case .definition(let nsid, let name):
      catalog.locatedViolations(
        value,
        as: nsid,
        definition: name,
        rules: rules,
        unknownFields: unknownFields
      )
    case .schema(let schema):
      catalog.locatedViolations(
        value,
        against: schema,
        rules: rules,
        unknownFields: unknownFields
      )
    }
  }

  private func finding(_ violation: Violation) -> DataFinding {
    let isMild = violation.rule == Self.unknownField && unknownFields == .warn
    return DataFinding(
      path: violation.path,
      rule: violation.rule,
      message: violation.message,
      severity: isMild ? .warning : .error
    )
  }
}
