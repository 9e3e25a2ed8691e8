import ATProtoData
import Foundation
import Testing

@testable import conformance

/// A request, and what its answer must contain.
struct Case: Sendable, CustomTestStringConvertible {
  /// The origin: `tables/mst.jsonl:12`, `syntax/did_syntax_valid.txt:3`.
  var source: String
  var operation: String
  var request: String
  /// Fields that the answer must have. `blocks` is compared regardless of order.
  var expected: DataObject

  var testDescription: String { source }

  /// Nil if the answer is correct, otherwise what is wrong with it.
  func fault(in answer: DataObject) -> String? {
    for (key, value) in expected where normal(answer[key]) != normal(value) {
      return "\(key) is \(answer[key]?.description ?? "missing") and not \(value): "
        + "\(request.prefix(300)) \(answer["error"]?.string ?? "")"
    }
    return nil
  }

  private func normal(_ value: DataValue?) -> [DataValue?] {
    guard let strings = value?.array?.compactMap(\.string), !strings.isEmpty else { return [value] }
    return strings.sorted().map { .string($0) }
  }
}

/// The project's own tables. Each line is `{"request": …, "answer": …}`.
enum OwnTables {
  static let all: [Case] = {
    guard let folder = Bundle.module.resourceURL?.appending(path: "Tables"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return names.sorted().flatMap { name in
      let text = (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
      return text.split(separator: "\n").enumerated().map { number, line in
        Case(table: "Tables/\(name):\(number + 1)", line: String(line))
      }
    }
  }()
}

extension Case {
  fileprivate init(table source: String, line: String) {
    let members = RawJSON.members(of: [UInt8](line.utf8)[...], atMost: 2).members
    self.source = source
    request = String(decoding: members[0].value, as: UTF8.self)
    operation = (try? Request([UInt8](request.utf8)).string("op")) ?? ""
    expected = try! DataValue(json: [UInt8](members[1].value)).object!
  }
}
