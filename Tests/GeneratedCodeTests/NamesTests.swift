import ATProtoData
import SnapshotModule
import Testing
import XRPC

@Suite("Names and strings in generated code")
struct NamesTests {
  @Test("strings with known values accept any text, and strings with an enum do not")
  func strings() throws {
    typealias Reason = ExampleStrings.Defs.Reason
    typealias Status = ExampleStrings.Defs.Status
    #expect(Reason.spam.rawValue == ExampleStrings.Defs.spam)
    #expect(Reason.spam_.rawValue == "spam")
    #expect(Reason.default == "default" && Reason.empty.rawValue == "")
    #expect(Reason.knownValues.count == 9)
    #expect(Reason("new").description == "new")
    #expect(
      Status.allCases.map(\.rawValue) == [
        "active", "takendown", "in-review", "in_review", "", "1st", "!",
      ]
    )
    let holder = try ExampleStrings.Defs.Holder(
      json: #"{"status":"1st","inlineReason":"something else"}"#
    )
    #expect(holder.status == ._1st && holder.inlineReason.rawValue == "something else")
    #expect(throws: DataError(code: .unknownCase, offset: 0, reason: "")) {
      try ExampleStrings.Defs.Holder(json: #"{"status":"2nd","inlineReason":""}"#)
    }
  }

  @Test("keys with the same Swift name are distinct on the wire")
  func collisions() throws {
    let thing = ExampleCollisions.Thing(fooBar: 1, fooBar_: 2, fooBar_2: 0)
    #expect(thing.jsonString() == #"{"fooBar":2,"foo-bar":1,"foo_bar":0}"#)
    #expect(try ExampleCollisions.Thing(cbor: thing.cborBytes()) == thing)
  }

  @Test("types with unusual keys write them in canonical order and round-trip")
  func hostile() throws {
    let parameters = ExampleHostile.Call.Parameters()
    #expect(try ExampleHostile.Call.Parameters(query: parameters.query) == parameters)
    #expect(parameters.nulNul == "nul\0nul")
    #expect(ExampleHostile.Defs.Open.knownValues.count == ExampleHostile.Defs.Closed.allCases.count)
    for value in ExampleHostile.Defs.Closed.allCases {
      #expect(try ExampleHostile.Defs.Closed(json: value.jsonString()) == value)
    }
    let set = ExampleHostile.Permissions.permissionSet
    #expect(set.title == set.detail && set.permissions.count == parameters.values)
    let keywords = ExampleKeywords.Defs.Open.knownValues
    var fields = DataObject()
    for key in keywords { fields[key] = .string("1234567890") }
    let object = try ExampleKeywords.Defs.Object(.object(fields))
    #expect(object.unknownFields.isEmpty)
    #expect(object.dataValue == .object(fields))
    #expect(object.validate().count == keywords.count)
  }
}

extension ExampleHostile.Call.Parameters {
  /// The number of parameters; each has a default and is written.
  fileprivate var values: Int { query.split(separator: "&").count }
}
