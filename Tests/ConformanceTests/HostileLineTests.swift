import ATProtoData
import Testing

@testable import conformance

/// The answer of ``answer(_:)`` to a line.
func answer(_ line: String) -> DataObject {
  Answer.answer(to: .whole([UInt8](line.utf8)))
}

@Suite("Hostile lines")
struct HostileLineTests {
  static let nesting = 100_000

  struct Line: CustomTestStringConvertible {
    var name: String
    var id: DataValue
    var text: String

    var testDescription: String { name }
  }

  static let refused: [Line] = [
    Line(name: "nothing", id: nil, text: ""),
    Line(name: "space", id: nil, text: " \t\r"),
    Line(name: "no JSON", id: nil, text: "hello"),
    Line(name: "an array", id: nil, text: "[1]"),
    Line(name: "a number", id: nil, text: "1"),
    Line(name: "no members", id: nil, text: "{}"),
    Line(name: "no op", id: 3, text: #"{"id":3}"#),
    Line(name: "an op that is not a string", id: 3, text: #"{"id":3,"op":7}"#),
    Line(name: "a repeated op", id: 3, text: #"{"id":3,"op":"mst_height","op":"mst_height"}"#),
    Line(name: "a missing member", id: 3, text: #"{"id":3,"op":"mst_height"}"#),
    Line(name: "a member of the wrong type", id: 3, text: #"{"id":3,"op":"mst_height","key":1}"#),
    Line(name: "cut off", id: 3, text: #"{"id":3,"op":"mst_height","key":"a"#),
    Line(name: "an unclosed object", id: 3, text: #"{"id":3,"op":"mst_height","key":"a""#),
    Line(name: "trailing data", id: 3, text: #"{"id":3,"op":"mst_height","key":"a"} 1"#),
    Line(name: "no colon", id: nil, text: #"{"id" 3,"op":"mst_height","key":"a"}"#),
    Line(name: "no comma", id: 3, text: #"{"id":3 "op":"mst_height","key":"a"}"#),
    Line(name: "a lone surrogate", id: 3, text: #"{"id":3,"op":"mst_height","key":"\ud800"}"#),
    Line(name: "an unknown escape", id: 3, text: #"{"id":3,"op":"mst_height","key":"\x"}"#),
    Line(name: "NaN", id: 3, text: #"{"id":3,"op":"json_to_cbor","json":{"a":NaN}}"#),
    Line(name: "Infinity", id: 3, text: #"{"id":3,"op":"json_to_cbor","json":{"a":-Infinity}}"#),
    Line(name: "a comment", id: 3, text: #"{"id":3,"op":"json_to_cbor","json":{/**/}}"#),
    Line(name: "a duplicate", id: 3, text: #"{"id":3,"op":"json_to_cbor","json":{"a":1,"a":1}}"#),
    Line(
      name: "mismatched brackets",
      id: 3,
      text: #"{"id":3,"op":"json_to_cbor","json":{"a":[}]}"#
    ),
    Line(
      name: "many arrays",
      id: 3,
      text: #"{"id":3,"op":"json_to_cbor","json":{"a":"#
        + String(repeating: "[", count: nesting) + String(repeating: "]", count: nesting) + "}}"
    ),
    Line(
      name: "many objects in a record",
      id: "x",
      text: #"{"op":"record","catalog":[],"collection":"a.b.c","rkey":"a","value":"#
        + String(repeating: #"{"a":"#, count: nesting) + "1"
        + String(repeating: "}", count: nesting) + #","id":"x"}"#
    ),
    Line(
      name: "many objects in a document",
      id: 3,
      text: #"{"id":3,"op":"lexicon","doc":"# + String(repeating: #"{"a":"#, count: nesting) + "1"
        + String(repeating: "}", count: nesting) + "}"
    ),
    Line(
      name: "many arrays in a catalog",
      id: 3,
      text: #"{"id":3,"op":"record","collection":"a.b.c","rkey":"a","value":{},"catalog":"#
        + String(repeating: "[", count: nesting) + String(repeating: "]", count: nesting) + "}"
    ),
    Line(
      name: "brackets that never end",
      id: 3,
      text: #"{"id":3,"op":"lexicon","doc":"# + String(repeating: "[", count: nesting)
    ),
    Line(
      name: "many CBOR arrays",
      id: 3,
      text: #"{"id":3,"op":"cbor_roundtrip","hex":""#
        + String(repeating: "81", count: nesting) + #"80"}"#
    ),
    Line(
      name: "many CBOR maps",
      id: 3,
      text: #"{"id":3,"op":"cbor_to_json","hex":""#
        + String(repeating: "a16161", count: nesting) + #"01"}"#
    ),
    Line(
      name: "many CBOR tags",
      id: 3,
      text: #"{"id":3,"op":"cbor_roundtrip","hex":""#
        + String(repeating: "d82a", count: nesting) + #"40"}"#
    ),
    Line(
      name: "a key of a megabyte",
      id: 3,
      text: #"{"id":3,"op":"mst_root","entries":[[""# + String(repeating: "k", count: 1 << 20)
        + #"","bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"]]}"#
    ),
    Line(
      name: "a CID of a megabyte",
      id: 3,
      text: #"{"id":3,"op":"mst_root","entries":[["k","b"# + String(repeating: "a", count: 1 << 20)
        + #""]]}"#
    ),
    Line(
      name: "a did:key of a megabyte",
      id: 3,
      text: #"{"id":3,"op":"verify_sig","msg":"","sig":"","did_key":"did:key:z"#
        + String(repeating: "2", count: 1 << 20) + #""}"#
    ),
    Line(
      name: "too many members",
      id: 3,
      text: #"{"id":3,"op":"mst_height","key":"""#
        + (0..<100).map { ",\"m\($0)\":1" }.joined() + "}"
    ),
    Line(
      name: "a pair with three elements",
      id: 3,
      text: #"{"id":3,"op":"mst_root","entries":[["a","b","c"]]}"#
    ),
  ]

  @Test("A hostile line is answered with its id and a reason", arguments: refused)
  func refusal(_ line: Line) {
    let answer = answer(line.text)
    #expect(answer["ok"] == false)
    #expect(answer["id"] == line.id)
    #expect(answer["unsupported"] == nil)
    let reason = answer["error"]?.string ?? ""
    #expect(!reason.isEmpty && reason.utf8.count < 2_000)
  }

  @Test("An identifier of a megabyte is rejected", arguments: answerableTypes)
  func megabyte(_ type: String) {
    let value = String(repeating: "a", count: 1 << 20)
    let line = #"{"id":1,"op":"syntax","type":"\#(type)","value":"\#(value)"}"#
    #expect(answer(line)["ok"] == false)
  }

  static let answerableTypes = [
    "handle", "did", "nsid", "tid", "record-key", "at-uri", "cid", "datetime", "language", "uri",
    "at-identifier",
  ]

  @Test("A declared length without content is rejected", arguments: ["5b", "7b", "9b", "bb"])
  func claimedLength(_ head: String) {
    for length in ["7fffffffffffffff", "ffffffffffffffff", "0000000100000000"] {
      let line = #"{"id":1,"op":"cbor_roundtrip","hex":"\#(head)\#(length)"}"#
      #expect(answer(line)["ok"] == false)
    }
  }

  @Test("An id is repeated unchanged if it is valid")
  func ids() {
    let ids: [(text: String, id: DataValue)] = [
      ("1", 1), ("-5", -5), (#""a\u0000b""#, "a\u{0}b"), ("true", true), ("null", nil),
      ("1.5", nil), ("[1]", nil), (#"{"a":1}"#, nil), ("9223372036854775807", .integer(.max)),
      ("99999999999999999999", nil), (#""\#(String(repeating: "i", count: 1000))""#, nil),
    ]
    for (text, id) in ids {
      let answer = answer(#"{"op":"mst_height","key":"","id":\#(text)}"#)
      #expect(answer["id"] == id, "\(text)")
      #expect(answer["ok"] == true, "\(text)")
    }
  }

  @Test("An unknown operation is unsupported", arguments: ["", "nothing", "MST_ROOT", "__proto__"])
  func unsupported(_ name: String) {
    let answer = answer(#"{"id":1,"op":"\#(name)"}"#)
    #expect(answer == ["id": 1, "ok": false, "unsupported": true])
  }

  @Test("Mutations of valid requests are answered")
  func mutants() {
    var random = SplitMix(state: 11)
    let seeds = OwnTables.all.shuffled(using: &random).prefix(60).map { [UInt8]($0.request.utf8) }
    let alphabet = [UInt8](#"{}[]",:\0129aeu.-$ "#.utf8) + [0, 0x0A, 0x80, 0xFF]
    for seed in seeds {
      for _ in 0..<20 {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          let index = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[index] = alphabet.randomElement(using: &random)!
          case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: index)
          case 2 where bytes.count > 1: bytes.remove(at: index)
          default: bytes.removeSubrange(index...)
          }
          if bytes.isEmpty { bytes = [0x20] }
        }
        let line = Answer.bytes(to: .whole(bytes))
        let answer = try? DataValue(json: line)
        #expect(answer?["ok"]?.boolean != nil, "\(String(decoding: bytes, as: UTF8.self))")
        #expect(line.count { $0 == 0x0A } == 1)
      }
    }
  }
}

/// Reproducible random numbers (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
