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
  private let target: Target

  init(_ catalog: Catalog, _ subject: SampleSubject, rules: ValidationRules) throws {
    self.catalog = catalog
    self.rules = rules
    do {
      let schema = try catalog.schema(of: subject)
      target =
        subject.part == nil
        ? .definition(try NSID(subject.nsid), subject.definition) : .schema(schema)
    } catch let error as SampleError {
      throw CommandFailure("\(error.reason)")
    }
  }

  /// The violations in the data, one per line.
  func findings(in bytes: [UInt8], format: DataFormat) -> [String] {
    let value: DataValue
    do throws(DataError) {
      switch format {
      case .json: value = try DataValue(json: bytes)
      case .cbor: value = try DataValue(cbor: bytes)
      }
    } catch {
      return ["cannot read data: \(error)"]
    }
    let violations =
      switch target {
      case .definition(let nsid, let name):
        catalog.validate(value, as: nsid, definition: name, rules: rules)
      case .schema(let schema): catalog.validate(value, against: schema, rules: rules)
      }
    return violations.map { violation in
      // A path may contain any text from the data.
      "\(violation.path.isEmpty ? "value" : violation.path): \(violation.message) (\(violation.rule))"
        .printable
    }
  }
}
