import ATProtoData
import SnapshotModule
import Testing

@Suite("Structures with hundreds of properties")
struct WideStructureTests {
  static let point = #"{"a":"1","b":"2","c":"3","d":"4","e":"5"}"#

  @Test("values round-trip in canonical order")
  func roundTrip() throws {
    let json =
      #"{"p0":1,"p4":"x","far":\#(Self.point),"p10":"y","near":\#(Self.point),"p299":true,"#
      + #""$type":"example.wide.record","extra":[1],"maybe":null}"#
    let value = try ExampleWide.Record(json: json)
    #expect(value.p0 == 1)
    #expect(value.p4 == "x")
    #expect(value.p299)
    #expect(value.near == value.far)
    #expect(value.maybe == .null)
    #expect(value.unknownFields["extra"] == .array([.integer(1)]))
    let bytes = value.cborBytes()
    #expect(bytes == (try DataValue(json: json)).cborBytes())
    #expect(try ExampleWide.Record(cbor: bytes) == value)
  }

  @Test("the initializer takes required properties, and copies are independent and checked")
  func initialiser() throws {
    let near = try ExampleWide.Record.Point(json: Self.point)
    var value = ExampleWide.Record(p0: 2000, p299: false, near: near)
    let before = value
    value.p4 = "far too long"
    #expect(before.p4 == nil)
    #expect(value != before)
    #expect(before.validate().map(\.path) == ["p0"])
    #expect(value.validate().map(\.path).sorted() == ["p0", "p4"])
  }

  @Test("a missing required property is an error")
  func missing() {
    #expect(throws: DataError.self) {
      try ExampleWide.Record(json: #"{"$type":"example.wide.record","p0":1,"p299":true}"#)
    }
  }
}
