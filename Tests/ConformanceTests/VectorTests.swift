import ATProtoData
import Foundation
import Testing

@testable import conformance

@Suite("Vectors")
struct VectorTests {
  static let operationNames = operations.map { $0.name }

  @Test("The project's own vectors pass", arguments: operationNames)
  func own(_ operation: String) {
    let cases = OwnTables.all.filter { $0.operation == operation }
    #expect(cases.count >= 10)
    for item in cases {
      let fault = item.fault(in: answer(item.request))
      #expect(fault == nil, "\(item.source)")
    }
  }

  /// A listed difference that follows the suite must pass, and one that follows the text must not.
  @Test(
    "The public vectors pass, except for listed differences",
    .enabled(if: InteropVectors.arePresent),
    arguments: operationNames
  )
  func interop(_ operation: String) {
    let departing = Set(Difference.all.filter { $0.follows == .text }.map(\.place))
    for item in InteropVectors.all where item.operation == operation {
      let fault = item.fault(in: answer(item.request))
      if departing.contains(item.source) {
        #expect(fault != nil, "\(item.source) passes although it is listed")
      } else {
        #expect(fault == nil, "\(item.source)")
      }
    }
  }

  @Test("Every listed difference names an existing vector and a clause")
  func differences() {
    #expect(!Difference.all.isEmpty)
    #expect(Set(Difference.all.map(\.place)).count == Difference.all.count)
    let places = Set(InteropVectors.all.map(\.source))
    for difference in Difference.all {
      #expect(!difference.clause.isEmpty && !difference.text.isEmpty && !difference.suite.isEmpty)
      if InteropVectors.arePresent { #expect(places.contains(difference.place)) }
    }
  }
}
