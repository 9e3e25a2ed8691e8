import ATProtoData
import Lexicon
import LexiconSamples
import Testing

/// Properties of every generated type, tested with samples of its lexicon.
@Suite("Codecs of all generated types")
struct PropertyTests {
  /// Parts of the tables, so that they are tested in parallel.
  static let parts: [(SampleCatalog, Int)] = [SampleCatalog.own, .snapshots].flatMap { catalog in
    (0..<4).map { (catalog, $0) }
  }

  @Test("the lexicons have no errors, and the table contains all types")
  func tables() {
    for catalog in [SampleCatalog.own, .snapshots] {
      #expect(!catalog.catalog.hasErrors)
      let subjects = Set(catalog.generator(0).subjects)
      #expect(catalog.types.count > 50)
      #expect(catalog.types.filter { !subjects.contains($0.subject) }.map(\.subject) == [])
    }
  }

  @Test("valid values round-trip in both formats, typed and untyped", arguments: parts)
  func valid(_ catalog: SampleCatalog, _ part: Int) throws {
    for (subject, type) in catalog.part(part, of: 4) {
      var generator = catalog.generator(1)
      var problems: [String] = []
      for _ in 0..<3 {
        problems += Self.problems(of: try generator.valid(subject), as: type, "random")
      }
      for sample in try generator.boundaries(subject) {
        problems += Self.problems(of: sample.value, as: type, "\(sample.path): \(sample.edge)")
      }
      #expect(problems == [], "\(subject)")
    }
  }

  private static func problems<Value: LexiconValue>(
    of data: DataValue,
    as type: Value.Type,
    _ edge: String
  ) -> [String] {
    do {
      let bytes = data.cborBytes()
      let value = try Value(cbor: bytes)
      var problems: [String] = []
      func expect(_ condition: Bool, _ problem: String) {
        if !condition { problems.append("\(edge): \(problem) in \(data)") }
      }
      expect(value.cborBytes() == bytes, "other bytes")
      let json = value.jsonBytes()
      expect(json == data.jsonBytes(), "other JSON")
      let again = try Value(json: json)
      expect(again == value && again.cborBytes() == bytes, "a different value from JSON")
      expect(try DataValue(json: json) == data, "different data from JSON")
      expect(value.dataValue == data, "other data")
      expect(try Value(data) == value, "a different value from data")
      let violations = value.validate()
      expect(violations.isEmpty, "\(violations)")
      return problems
    } catch {
      return ["\(edge): \(error) for \(data)"]
    }
  }

  @Test("values with one violation are rejected for that violation", arguments: parts)
  func violations(_ catalog: SampleCatalog, _ part: Int) throws {
    for (subject, type) in catalog.part(part, of: 4) {
      var generator = catalog.generator(1)
      let problems = try generator.violations(subject).compactMap { sample in
        Self.problem(with: sample, as: type).map { "\($0) in \(sample)" }
      }
      #expect(problems == [], "\(subject)")
    }
  }

  private static func problem<Value: LexiconValue>(
    with sample: MarkedSample,
    as type: Value.Type
  ) -> String? {
    for isJSON in [false, true] {
      do throws(DataError) {
        let value =
          isJSON
          ? try Value(json: sample.value.jsonBytes()) : try Value(cbor: sample.value.cborBytes())
        let found = value.validate().map { "\($0.path): \($0.rule)" }
        guard case .constraint(let rule) = sample.fault else { return "decoded, found \(found)" }
        if found != ["\(sample.path): \(rule)"] { return "found \(found)" }
      } catch {
        guard case .shape(let code) = sample.fault, error.code == code else { return "\(error)" }
        if error.path != sample.path { return "found at '\(error.path)'" }
      }
    }
    return nil
  }

  @Test("event streams write the type of a message to the header", arguments: [SampleCatalog.own])
  func messages(_ catalog: SampleCatalog) throws {
    var count = 0
    for (subject, type) in catalog.types where subject.part == .message {
      guard let type = type as? any LexiconUnion.Type else { continue }
      var generator = catalog.generator(2)
      for _ in 0..<20 {
        count += 1
        #expect(try Self.isSameWithoutType(try generator.valid(subject), as: type))
      }
    }
    #expect(count > 20)
  }

  private static func isSameWithoutType<Value: LexiconUnion>(
    _ data: DataValue,
    as type: Value.Type
  ) throws -> Bool {
    var body = data
    body["$type"] = nil
    let name = try #require(data.type)
    let value = try Value(data)
    var bytes: [UInt8] = []
    value.encodeCBORWithoutUnionType(into: &bytes)
    var consumed = 0
    let again = try Value(
      cborPrefix: body.cborBytes().span.bytes,
      consumed: &consumed,
      unionType: name
    )
    guard consumed == body.cborBytes().count, again == value, again.dataValue == data else {
      return false
    }
    // An unknown member keeps its type where it is.
    let isUnknown = Mirror(reflecting: value).children.first?.label == "unknown"
    return bytes == (isUnknown ? data : body).cborBytes()
  }

  @Test("CIDs with other hashes are accepted only by rules that allow them")
  func foreignCIDs() throws {
    var generator = SampleCatalog.own.generator(3)
    generator.makesForeignCIDs = true
    var foreign = 0
    for (subject, type) in SampleCatalog.own.types {
      let sample = try generator.boundaries(subject).last {
        $0.edge == "unknown field" && $0.path == ""
      }
      guard let data = sample?.value else { continue }
      foreign += Self.keepsForeignCIDs(data, as: type) ? 1 : 0
    }
    #expect(foreign > 200)
  }

  private static func keepsForeignCIDs<Value: LexiconValue>(
    _ data: DataValue,
    as type: Value.Type
  ) -> Bool {
    let bytes = data.cborBytes()
    #expect(throws: DataError(code: .foreignCID, offset: 0, reason: "")) { try Value(cbor: bytes) }
    do {
      let value = try Value(cbor: bytes, rules: .allowsForeignCIDs)
      let again = try Value(json: value.jsonBytes(), rules: .allowsForeignCIDs)
      return value.cborBytes() == bytes && again.cborBytes() == bytes
    } catch {
      Issue.record("\(type): \(error)")
      return false
    }
  }
}
