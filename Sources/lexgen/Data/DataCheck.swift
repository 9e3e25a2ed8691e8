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

  /// The findings in each value of a file.
  func findings(in bytes: [UInt8], name: String, format: DataFormat) -> [[DataFinding]] {
    let sequence = DataSequence(bytes, format: format)
    var places: JSONPlaces?
    return sequence.elements.map { element in
      switch element.value {
      case .failure(let error):
        let offset = element.start + error.offset
        if format == .json { places = places ?? JSONPlaces(bytes, name: name) }
        return [
          DataFinding(
            path: error.path,
            rule: error.code.rawValue,
            message: error.reason,
            severity: .error,
            offset: offset,
            location: places?.location(at: offset)
          )
        ]
      case .success(let value):
        let violations = violations(in: value)
        guard !violations.isEmpty else { return [] }
        guard format == .json else { return violations.map { finding($0.violation) } }
        let known = places ?? JSONPlaces(bytes, name: name)
        places = known
        let tree = known.tree(of: element)
        return violations.map { violation, steps in
          var finding = finding(violation)
          let isKey = violation.rule == Self.unknownField
          let offset = element.start + known.offset(steps, isKey: isKey, in: tree)
          finding.offset = offset
          finding.location = known.location(at: offset)
          return finding
        }
      }
    }
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
