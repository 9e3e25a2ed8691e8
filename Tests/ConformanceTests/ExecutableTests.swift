import ATProtoData
import Foundation
import TestSupport
import Testing

@testable import conformance

/// The executable as other programs use it: lines in, lines out.
@Suite("The executable", .serialized)
struct ExecutableTests {
  struct Run {
    var answers: [DataObject]
    var status: Int32
  }

  /// Passes `lines` to the executable, each with a line feed, and then ends the input.
  func run(_ input: [UInt8]) throws -> Run {
    let child = try ChildProcess(try ChildProcess.built("conformance"), [], input: Data(input))
    let data = child.output
    let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(lines.last?.isEmpty ?? true, "the last answer ends its line")
    return Run(
      answers: try lines.dropLast().map { line in
        try #require(try DataValue(json: [UInt8](line)).object)
      },
      status: child.status
    )
  }

  @Test("Empty input has no output")
  func empty() throws {
    let run = try run([])
    #expect(run.answers.isEmpty && run.status == 0)
  }

  @Test("Valid and invalid lines are answered in order, including a last line without a line feed")
  func interleaved() throws {
    var input: [UInt8] = []
    var expected: [(id: DataValue, ok: Bool)] = []
    func add(_ line: [UInt8], _ id: DataValue, _ ok: Bool) {
      input += line + [0x0A]
      expected.append((id, ok))
    }
    for round in 0..<3 {
      for (index, item) in OwnTables.all.enumerated() where index % 7 == round {
        add(
          [UInt8](item.request.utf8),
          (try? DataValue(json: item.request))?["id"] ?? answer(item.request)["id"] ?? .null,
          item.expected["ok"]?.boolean ?? false
        )
      }
      add([], .null, false)
      add([0xFF, 0xFE, 0x00], .null, false)
      let megabytes = String(repeating: "a", count: 6_000_000)
      add([UInt8](#"{"id":5,"op":"mst_height","key":"\#(megabytes)"}"#.utf8), 5, true)
      add([UInt8](#"{"id":6,"op":"syntax","type":"did","value":"\#(megabytes)"}"#.utf8), 6, false)
      let deep = String(repeating: "[", count: 100_000)
      add([UInt8](#"{"id":7,"op":"json_to_cbor","json":\#(deep)"#.utf8), 7, false)
      add([UInt8](deep.utf8), .null, false)
    }
    input += [UInt8](#"{"id":"last","op":"mst_height","key":""}"#.utf8)
    expected.append(("last", true))

    let run = try run(input)
    #expect(run.status == 0)
    #expect(run.answers.count == expected.count)
    for (answer, expected) in zip(run.answers, expected) {
      #expect(answer["id"] == expected.id)
      #expect(answer["ok"]?.boolean == expected.ok, "\(answer)")
    }
  }

  /// Figures to read: `make conformance`.
  @Test(
    "The number of passing vectors is printed for each operation",
    .enabled(if: ProcessInfo.processInfo.environment["CONFORMANCE_REPORT"] != nil)
  )
  func report() throws {
    let own = OwnTables.all.filter { !$0.request.contains("\n") }
    let vectors = InteropVectors.all
    let cases = own + vectors
    let joined = cases.map { $0.request.replacing("\n", with: " ") }.joined(separator: "\n")
    let run = try run([UInt8](joined.utf8))
    try #require(run.answers.count == cases.count)
    let listed = Dictionary(uniqueKeysWithValues: Difference.all.map { ($0.place, $0) })
    var rows: [String: [Int]] = [:]
    for (index, (item, answer)) in zip(cases, run.answers).enumerated() {
      var row = rows[item.operation] ?? [0, 0, 0, 0]
      let isWrong = item.fault(in: answer) != nil
      let departs = listed[item.source]?.follows == .text
      if isWrong && !departs {
        row[3] += 1
        #expect(Bool(false), "\(item.source): \(item.fault(in: answer) ?? "")")
      } else {
        row[index < own.count ? 0 : 1] += isWrong ? 0 : 1
        if listed[item.source] != nil { row[2] += 1 }
      }
      rows[item.operation] = row
    }
    func line(_ columns: [String]) {
      let padded = columns.enumerated().map { index, text in
        let width = index == 0 ? 16 : 12
        let space = String(repeating: " ", count: max(0, width - text.count))
        return index == 0 ? text + space : space + text
      }
      print("conformance: " + padded.joined())
    }
    line(["operation", "own", "public", "listed", "failed"])
    for name in VectorTests.operationNames {
      line([name] + (rows[name] ?? [0, 0, 0, 0]).map(String.init))
    }
    if vectors.isEmpty { print("conformance: the public vectors are not next to the checkout") }
  }
}
