import ATProtoData
import Foundation
import Testing

@testable import conformance

@Suite("Vectors")
struct VectorTests {
  static let operationNames = operations.map { $0.name }

  @Test("The project's own tables", arguments: operationNames)
  func own(_ operation: String) {
    let cases = OwnTables.all.filter { $0.operation == operation }
    #expect(cases.count >= 10)
    for item in cases {
      let fault = item.fault(in: answer(item.request))
      #expect(fault == nil, "\(item.source)")
    }
  }

  /// A difference that is followed in the suite's way is a vector that passes; one that is followed
  /// in the text's way is one that must not.
  @Test(
    "The public vectors pass, but for what is listed",
    .enabled(if: InteropVectors.arePresent),
    arguments: operationNames
  )
  func interop(_ operation: String) {
    let departing = Set(Difference.all.filter { $0.follows == .text }.map(\.place))
    for item in InteropVectors.all where item.operation == operation {
      let fault = item.fault(in: answer(item.request))
      if departing.contains(item.source) {
        #expect(fault != nil, "\(item.source) passes and is listed")
      } else {
        #expect(fault == nil, "\(item.source)")
      }
    }
  }

  @Test("Every listed difference names a vector of the suite, and a clause")
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
