import ATProtoData
import Foundation
import Lexicon
import LexiconSamples
import Testing
import XRPC

/// Properties of the query parameters of every method, tested with samples of its lexicon.
@Suite("Parameters of all generated methods")
struct ParameterPropertyTests {
  static let catalogs = [SampleCatalog.own, .snapshots]

  @Test("the table contains the parameters of all methods", arguments: catalogs)
  func table(_ catalog: SampleCatalog) {
    let subjects = catalog.generator(0).subjects.filter { $0.part == .parameters }
    let missing = Set(subjects).subtracting(catalog.parameters.map(\.subject))
    // A method without parameters in its lexicon has no type of its own.
    #expect(missing.filter { catalog.properties(of: $0)?.isEmpty == false } == [])
    #expect(catalog.parameters.count > 3)
  }

  @Test("valid parameters round-trip through the query, with defaults", arguments: catalogs)
  func valid(_ catalog: SampleCatalog) throws {
    var count = 0
    for (subject, type) in catalog.parameters {
      var generator = catalog.generator(1)
      var samples = try generator.boundaries(subject).map(\.value)
      for _ in 0..<5 { samples.append(try generator.valid(subject)) }
      let properties = try #require(catalog.properties(of: subject))
      let problems = samples.compactMap { data -> String? in
        guard let query = SampleQuery(data, properties) else { return nil }
        count += 1
        return Self.problem(with: query, as: type)
      }
      #expect(problems == [], "\(subject)")
    }
    #expect(count > 10 * catalog.parameters.count)
  }

  private static func problem<Parameters: XRPCParameters>(
    with query: SampleQuery,
    as type: Parameters.Type
  ) -> String? {
    do {
      let value = try Parameters(query: query.text)
      guard SampleQuery.pairs(value.query) == query.expected else {
        return "\(value.query) for \(query.text)"
      }
      guard try Parameters(query: value.query) == value else { return "another: \(query.text)" }
      let violations = value.validate()
      return violations.isEmpty ? nil : "\(violations) in \(query.text)"
    } catch {
      return "\(error) for \(query.text)"
    }
  }

  @Test("values with one violation are rejected for that violation", arguments: catalogs)
  func violations(_ catalog: SampleCatalog) throws {
    var count = 0
    for (subject, type) in catalog.parameters {
      var generator = catalog.generator(1)
      let properties = try #require(catalog.properties(of: subject))
      let problems = try generator.violations(subject).compactMap { sample -> String? in
        guard let query = SampleQuery(sample.value, properties) else { return nil }
        switch sample.fault {
        // A query contains only text, so no value can have the wrong type: `1` is text, like `one`.
        case .shape(.typeMismatch): return nil
        // Both sides apply defaults, even if the schema requires the parameter.
        case .shape(.missingField)
        where properties.contains { $0.name.value == sample.path && $0.defaultText != nil }:
          return nil
        case .shape(let code):
          count += 1
          return Self.problem(with: query, sample.path, code, as: type)
        case .constraint(let rule):
          count += 1
          return Self.problem(with: query, "\(sample.path): \(rule)", as: type)
        }
      }
      #expect(problems == [], "\(subject)")
    }
    #expect(count > 2 * catalog.parameters.count)
  }

  private static func problem<Parameters: XRPCParameters>(
    with query: SampleQuery,
    _ violation: String,
    as type: Parameters.Type
  ) -> String? {
    do {
      let found = try Parameters(query: query.text).validate().map { "\($0.path): \($0.rule)" }
      return found == [violation] ? nil : "\(found), not \(violation), in \(query.text)"
    } catch {
      return "\(error) for \(query.text)"
    }
  }

  /// The error is about the parameter as a whole if the path of the violation leads into an array.
  private static func problem<Parameters: XRPCParameters>(
    with query: SampleQuery,
    _ path: String,
    _ code: DataError.Code,
    as type: Parameters.Type
  ) -> String? {
    let expected: ParameterError.Code = code == .missingField ? .missing : .malformed
    do {
      return "read \(try Parameters(query: query.text)) from \(query.text)"
    } catch {
      let isExpected =
        error.code == expected && error.parameter == String(path.prefix { $0 != "[" })
      return isExpected ? nil : "\(error) at \(path) for \(query.text)"
    }
  }
}

/// Parameters as a query: what is sent, and the expected value after decoding.
private struct SampleQuery {
  struct Pair: Hashable {
    var name: String
    var value: String
  }

  private(set) var text = ""
  /// In the order of the schema. An absent parameter with a default is sent.
  private(set) var expected: [Pair] = []

  /// Nil if a query cannot express the value: it does not distinguish an empty list from an absent
  /// one, nor an empty string from an absent one if both are allowed.
  init?(_ data: DataValue, _ properties: [PropertySchema]) {
    guard let object = data.object else { return nil }
    var sent: [Pair] = []
    for property in properties {
      let name = property.name.value
      guard let value = object[name] else {
        if let text = property.defaultText { expected.append(Pair(name: name, value: text)) }
        continue
      }
      guard let texts = Self.texts(value), !texts.isEmpty else { return nil }
      let mayBeAbsent = !property.isRequired || property.defaultText != nil
      if value.array == nil, texts == [""], mayBeAbsent { return nil }
      let pairs = texts.map { Pair(name: name, value: $0) }
      sent += pairs
      expected += pairs
    }
    text = sent.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
      .joined(separator: "&")
  }

  private static func texts(_ value: DataValue) -> [String]? {
    switch value {
    case .string(let text): return [text]
    case .integer(let integer): return ["\(integer)"]
    case .boolean(let boolean): return ["\(boolean)"]
    case .array(let elements):
      let found = elements.compactMap { $0.array == nil ? texts($0)?.first : nil }
      return found.count == elements.count ? found : nil
    case .null, .bytes, .link, .object: return nil
    }
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
    .joined()
  }

  /// Not Foundation's decoder, which does not count a byte order mark as part of the text.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      let digits = String(Substring(rest.prefix(2)))
      guard byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest.removeFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func pairs(_ query: String) -> [Pair] {
    query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map(decoded)
      return Pair(name: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
  }
}

extension PropertySchema {
  fileprivate var defaultText: String? {
    switch schema.kind {
    case .boolean(let boolean): boolean.default.map { "\($0)" }
    case .integer(let integer): integer.default.map { "\($0)" }
    case .string(let string): string.default
    default: nil
    }
  }
}

extension SampleCatalog {
  /// The parameters listed in the lexicon, in its order.
  fileprivate func properties(of subject: SampleSubject) -> [PropertySchema]? {
    guard case .object(let object)? = try? catalog.catalog.schema(of: subject).kind else {
      return nil
    }
    return object.properties
  }
}
