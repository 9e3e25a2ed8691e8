import ATProtoData
import Foundation
import HTTPTypes
import Lexicon
import XRPC
import XRPCServer

/// The files that override generated answers. They are read for each call, so that edits count at
/// once.
struct Overrides: Sendable {
  private static let maximumFileBytes = 64 << 20
  private static let limits = DataLimits.default

  let directory: String
  let warn: @Sendable (String) -> Void

  /// The overriding answer of a method; nil if there is no file, or no case of it matches.
  func answer(
    _ call: MockCall,
    _ method: MockMethod,
    _ catalog: Catalog
  ) throws(XRPCServerError) -> MockAnswer? {
    let name = "\(method.nsid).json"
    guard let bytes = try contents(name) else { return nil }
    let json: Any
    do {
      json = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    } catch {
      throw Self.unreadable(name, "it is not valid JSON")
    }
    guard let file = json as? [String: Any], let listed = file["$cases"] else {
      return answer(bytes, name, method, catalog)
    }
    guard let cases = listed as? [[String: Any]] else {
      throw Self.unreadable(name, "'$cases' is not an array of objects")
    }
    let given =
      call.verb == .post ? call.input ?? .object(call.parameters) : .object(call.parameters)
    for item in cases {
      if let condition = item["when"] {
        guard let condition = Self.value(condition), Self.isPart(condition, of: given) else {
          continue
        }
      }
      if let error = item["error"] as? String {
        let status = item["status"] as? Int ?? 400
        return MockAnswer(
          XRPCServerError(
            status: .init(code: (400...599).contains(status) ? status : 400),
            name: error,
            message: item["message"] as? String
          )
        )
      }
      guard let body = item["body"], let bytes = Self.bytes(body) else { return .empty }
      return answer(bytes, name, method, catalog)
    }
    return nil
  }

  /// The records of a collection at the start, by key; nil if there is no file.
  func records(
    _ collection: String,
    _ catalog: Catalog
  ) throws(XRPCServerError) -> [String: DataValue]? {
    let name = "\(collection).json"
    guard let bytes = try contents(name) else { return nil }
    let value: DataValue
    do throws(DataError) {
      value = try DataValue(json: bytes, limits: Self.limits, rules: .strict)
    } catch {
      throw Self.unreadable(name, "\(error)")
    }
    guard let object = value.object else {
      throw Self.unreadable(name, "it is not an object of records by key")
    }
    var records: [String: DataValue] = [:]
    for (key, record) in object {
      var record = record
      if record.object != nil, record.type == nil { record["$type"] = .string(collection) }
      if let schema = try? catalog.schema(collection),
        let violation = catalog.validate(record, against: schema).first
      {
        warn("\(directory)/\(name): \(key): \(violation.path): \(violation.message)")
      }
      records[key] = record
    }
    return records
  }

  /// The messages of a subscription; nil if there is no file.
  func messages(_ nsid: String) throws(XRPCServerError) -> [DataValue]? {
    let name = "\(nsid).jsonl"
    guard let bytes = try contents(name) else { return nil }
    var messages: [DataValue] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      do throws(DataError) {
        messages.append(try DataValue(json: Array(line), limits: Self.limits, rules: .strict))
      } catch {
        throw Self.unreadable(name, "line \(number + 1): \(error)")
      }
    }
    return messages
  }

  /// Warns if a message breaks its schema.
  func check(_ message: DataValue, of schema: UnionSchema, _ nsid: String, _ catalog: Catalog) {
    let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    let violations = catalog.validate(message, against: Schema(.union(schema), at: location))
    guard let violation = violations.first else { return }
    warn("\(directory)/\(nsid).jsonl: \(violation.path): \(violation.message)")
  }

  private func answer(
    _ bytes: [UInt8],
    _ name: String,
    _ method: MockMethod,
    _ catalog: Catalog
  ) -> MockAnswer {
    var answer = MockAnswer(contentType: "application/json", body: bytes)
    guard let schema = method.schema?.output?.schema else { return answer }
    var problem: String?
    do throws(DataError) {
      let value = try DataValue(json: bytes, limits: Self.limits, rules: .strict)
      problem = catalog.validate(value, against: schema).first.map { "\($0.path): \($0.message)" }
    } catch {
      problem = "\(error)"
    }
    if let problem {
      warn("\(directory)/\(name): \(problem)")
      answer.fields[.mockInvalid] = "1"
    }
    return answer
  }

  /// NSIDs have no slashes, so a name never leads out of the directory.
  private func contents(_ name: String) throws(XRPCServerError) -> [UInt8]? {
    let path = "\(directory)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: Self.maximumFileBytes + 1),
      data.count <= Self.maximumFileBytes
    else { throw Self.unreadable(name, "the file cannot be read") }
    return Array(data)
  }

  private static func unreadable(_ name: String, _ reason: String) -> XRPCServerError {
    XRPCServerError(
      status: .internalServerError,
      name: "InternalServerError",
      message: "cannot use \(name): \(reason)"
    )
  }

  private static func bytes(_ json: Any) -> [UInt8]? {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys]
    return (try? JSONSerialization.data(withJSONObject: json, options: options)).map(Array.init)
  }

  private static func value(_ json: Any) -> DataValue? {
    bytes(json).flatMap { try? DataValue(json: $0) }
  }

  /// Whether all that a condition says is in a value.
  private static func isPart(_ condition: DataValue, of value: DataValue) -> Bool {
    guard let object = condition.object, let whole = value.object else {
      return condition == value
    }
    for (key, part) in object {
      guard let found = whole[key], isPart(part, of: found) else { return false }
    }
    return true
  }
}

extension Catalog {
  /// The schema of a record.
  func schema(_ collection: String) throws(XRPCServerError) -> Schema {
    guard let definition = self[collection]?[definition: "main"],
      case .record(let record) = definition.kind
    else { throw .invalidRequest("collection: there is no lexicon of \(collection)") }
    return Schema(.object(record.record), at: definition.name.location)
  }
}
